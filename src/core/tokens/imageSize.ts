export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels from the head of a PNG, JPEG, GIF or WebP; undefined where it can't be read. */
export function imageSize(data: Uint8Array): ImageSize | undefined {
  const size = pngSize(data) ?? gifSize(data) ?? webpSize(data) ?? jpegSize(data);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function pngSize(data: Uint8Array): ImageSize | undefined {
  if (!hasText(data, 1, 'PNG') || !hasText(data, 12, 'IHDR') || data.length < 24) return undefined;
  return { width: bigEndian(data, 16, 4), height: bigEndian(data, 20, 4) };
}

function gifSize(data: Uint8Array): ImageSize | undefined {
  if (!hasText(data, 0, 'GIF8') || data.length < 10) return undefined;
  return { width: littleEndian(data, 6, 2), height: littleEndian(data, 8, 2) };
}

/** The three kinds of WebP say their size in three ways (RFC 9649, RFC 6386). */
function webpSize(data: Uint8Array): ImageSize | undefined {
  if (!hasText(data, 0, 'RIFF') || !hasText(data, 8, 'WEBP') || data.length < 30) return undefined;
  if (hasText(data, 12, 'VP8X')) {
    return { width: littleEndian(data, 24, 3) + 1, height: littleEndian(data, 27, 3) + 1 };
  }
  if (hasText(data, 12, 'VP8L')) {
    const bits = littleEndian(data, 21, 4);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (hasText(data, 12, 'VP8 ')) {
    return { width: littleEndian(data, 26, 2) & 0x3fff, height: littleEndian(data, 28, 2) & 0x3fff };
  }
  return undefined;
}

/** Walks the segments to the frame header (SOF0 to SOF15 without the tables DHT, JPG and DAC). */
function jpegSize(data: Uint8Array): ImageSize | undefined {
  if (data[0] !== 0xff || data[1] !== 0xd8) return undefined;
  let position = 2;
  while (position + 9 <= data.length && data[position] === 0xff) {
    const marker = data[position + 1] as number;
    if (marker === 0xff) {
      position++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: bigEndian(data, position + 5, 2), width: bigEndian(data, position + 7, 2) };
    position += 2 + bigEndian(data, position + 2, 2);
  }
  return undefined;
}

function hasText(data: Uint8Array, position: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (data[position + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function bigEndian(data: Uint8Array, position: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) value = value * 256 + (data[position + index] ?? 0);
  return value;
}

function littleEndian(data: Uint8Array, position: number, bytes: number): number {
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + (data[position + index] ?? 0);
  return value;
}
