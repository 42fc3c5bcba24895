/** Elements from data, and the page made equal to them. Text is always text: nothing here parses HTML. */

export type Child = Node | string | false | undefined;

export interface Attributes {
  readonly [name: string]: string | number | boolean | Readonly<Record<string, string | number>> | undefined;
  /** CSS variables, set through the object model: the page's policy allows no style attribute. */
  readonly vars?: Readonly<Record<string, string | number>>;
}

/** `true` gives an empty attribute; `false` and `undefined` give none. */
export function h(tag: string, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || typeof value === 'object') continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, value] of Object.entries(attributes.vars ?? {})) {
    element.style.setProperty(`--${name}`, String(value));
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

/**
 * Makes `shown` equal to `wanted` and keeps every element that can stay, so that focus, scrolling and a running animation
 * survive. Children with a `data-key` are matched by it, others by place. An element with `data-kept` is left alone.
 */
export function morph(shown: HTMLElement, wanted: HTMLElement): void {
  if (shown.hasAttribute('data-kept')) return;
  for (const { name } of [...shown.attributes]) {
    if (name !== 'style' && !wanted.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== 'style' && shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  if (shown.style.cssText !== wanted.style.cssText) shown.style.cssText = wanted.style.cssText;
  morphChildren(shown, [...wanted.childNodes]);
}

/** Makes the children of `parent` equal to `wanted`. */
export function morphChildren(parent: HTMLElement, wanted: readonly Node[]): void {
  const keyed = new Map<string, HTMLElement>();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (key !== undefined) keyed.set(key, child as HTMLElement);
  }
  // What goes is taken out first: nothing that stays need be moved past it, and a moved element loses its scrolling.
  const staying = new Set(wanted.map(keyOf));
  for (const [key, child] of keyed) if (!staying.has(key)) child.remove();
  let place: ChildNode | null = parent.firstChild;
  for (const next of wanted) {
    const key = keyOf(next);
    const match = key === undefined ? place : (keyed.get(key) ?? null);
    if (match && alike(match, next)) {
      if (match === place) place = place.nextSibling;
      else parent.insertBefore(match, place);
      if (match instanceof HTMLElement) morph(match, next as HTMLElement);
      else if (match.nodeValue !== next.nodeValue) match.nodeValue = next.nodeValue;
    } else {
      parent.insertBefore(next, place);
    }
  }
  while (place) {
    const rest: ChildNode | null = place.nextSibling;
    place.remove();
    place = rest;
  }
}

function keyOf(node: Node): string | undefined {
  return node instanceof HTMLElement ? node.dataset.key : undefined;
}

function alike(a: Node, b: Node): boolean {
  return a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}
