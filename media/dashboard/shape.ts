/** A polygon as CSS writes it; coordinates from 0 to 1, y downwards. */
export function polygon(points: readonly (readonly [number, number])[]): string {
  const percent = (share: number) => `${Math.round(share * 10_000) / 100}%`;
  return `polygon(${points.map(([x, y]) => `${percent(x)} ${percent(y)}`).join(', ')})`;
}
