/** A multiple of 3, so that the pieces' encodings can be joined. */
const CHUNK = 0x6000;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK)));
  }
  return text;
}

/** undefined where the text isn't base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The media type of an image by its first bytes; undefined where it is none of the four that every vendor takes. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const starts = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'image/gif';
  if (starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45) return 'image/webp';
  return undefined;
}

/** `data:` URL of an image. */
export function toDataUrl(mimeType: string, bytes: Uint8Array): string {
  return `data:${mimeType};base64,${toBase64(bytes)}`;
}

/** undefined where it isn't a base64 `data:` URL. */
export function fromDataUrl(url: string): { mimeType: string; data: Uint8Array } | undefined {
  const head = /^data:([^;,]+);base64,/.exec(url);
  const data = head ? fromBase64(url.slice(head[0].length)) : undefined;
  return head?.[1] !== undefined && data !== undefined ? { mimeType: head[1], data } : undefined;
}
