/** Heads of images of a given size, enough for their size to be read. */
export function png(width: number, height: number): Uint8Array {
  const data = new Uint8Array(33);
  data.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(data.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return data;
}

export function gif(width: number, height: number): Uint8Array {
  return Uint8Array.of(...ascii('GIF89a'), width & 255, width >> 8, height & 255, height >> 8, 0, 0, 0);
}

/** With an APP0 segment, a fill byte and a table before the frame header. */
export function jpeg(width: number, height: number): Uint8Array {
  const frame = [0xff, 0xc2, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3];
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 3, 9, ...frame, ...Array(20).fill(0));
}

export function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Uint8Array {
  const data = new Uint8Array(40);
  data.set([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(kind)]);
  const view = new DataView(data.buffer);
  if (kind === 'VP8 ') {
    data.set([0x9d, 0x01, 0x2a], 23);
    view.setUint16(26, width, true);
    view.setUint16(28, height, true);
  } else if (kind === 'VP8L') {
    data[20] = 0x2f;
    view.setUint32(21, (width - 1) | ((height - 1) << 14), true);
  } else {
    data.set([(width - 1) & 255, (width - 1) >> 8, 0, (height - 1) & 255, (height - 1) >> 8, 0], 24);
  }
  return data;
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
