import { plotStyle } from './plot-style.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** Units of the view box: at 360 pixels, the width of a phone, a letter of 13 units is still 10 pixels high. */
export const plotWidth = 480;
const shownWidth = 600;

/** A whole SVG document; `name` keeps its ids apart from those of another picture on the same page. */
export function renderSvg(picture: {
  readonly name: string;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly body: readonly string[];
}): string {
  const height = roundCoordinate(picture.height);
  const ids = { title: `${picture.name}-title`, description: `${picture.name}-description` };
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'modelrig-plot',
    viewBox: `0 0 ${plotWidth} ${height}`,
    width: shownWidth,
    height: (height * shownWidth) / plotWidth,
    role: 'img',
    'aria-labelledby': `${ids.title} ${ids.description}`,
  };
  return `${element('svg', root, [
    element('title', { id: ids.title }, [escapeText(picture.title)]),
    element('desc', { id: ids.description }, [escapeText(picture.description)]),
    element('style', {}, [plotStyle]),
    element('rect', { class: 'page', width: plotWidth, height }),
    ...picture.body,
  ])}\n`;
}

export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .map(
      ([key, value]) =>
        ` ${key}="${escapeText(String(typeof value === 'number' ? roundCoordinate(value) : value))}"`,
    )
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, [escapeText(content)]);
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return element('line', { class: className, x1, y1, x2, y2 });
}

/** To a hundredth of a unit: finer cannot be seen, and costs bytes. */
export function roundCoordinate(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeText(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
