/** Writes SVG 1.1: elements as text, nothing more. Pure. */

export type Attributes = Readonly<Record<string, string | number>>;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) => ` ${name}="${typeof value === 'number' ? `${Math.round(value * 100) / 100}` : escape(value)}"`,
    )
    .join('');
}

/** `children`: elements already written. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const start = `<${name}${attributesText(attributes)}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

export function text(content: string, attributes: Attributes): string {
  return `<text${attributesText(attributes)}>${escape(content)}</text>`;
}

/** On white, so that it can be read on a dark page as well. */
export function picture(width: number, height: number, title: string, children: readonly string[]): string {
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
    },
    [
      `<title>${escape(title)}</title>`,
      element('rect', { width, height, fill: '#fff' }),
      text(title, { x: 12, y: 22, 'font-size': 15, 'font-weight': 600 }),
      ...children.map((child) => `\n${child}`),
      '\n',
    ],
  )}\n`;
}
