const PRIME = 0x01000193;

function fnv1a(text: string, basis: number): string {
  let hash = basis;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** 16 hexadecimal digits that change when the text does: to tell versions apart, not to guard against anyone. */
export function fingerprint(text: string): string {
  return fnv1a(text, 0x811c9dc5) + fnv1a(`${text.length}:${text}`, 0x9747b28c);
}
