import { useEffect, useState } from 'preact/hooks';

/** The colours of charts, from the style sheet's tokens. */
export interface ChartTheme {
  readonly text: string;
  readonly grid: string;
  readonly series: readonly [string, string, string, string];
  readonly font: string;
}

/** Changes when the reader's system goes from light to dark or back. */
export function useChartTheme(): ChartTheme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const refresh = () => setTheme(readTheme());
    query.addEventListener('change', refresh);
    return () => query.removeEventListener('change', refresh);
  }, []);
  return theme;
}

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--muted'),
    grid: read('--line'),
    series: [read('--series-1'), read('--series-2'), read('--series-3'), read('--series-4')],
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
}
