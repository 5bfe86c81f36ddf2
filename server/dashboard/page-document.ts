import { routes } from '../../contract/routes.ts';

/** A bar chart in the accent colour. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f55c4"/><path d="M4 12V8M8 12V4M12 12V6" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>
`;

/** The one document of all pages. Its script and styles come by address alone: the policy lets nothing inline pass. */
export function createDocument(scriptUrl: string, styleUrl: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>modelrig</title>
<link rel="icon" type="image/svg+xml" href="${routes.dashboard}/icon.svg">
<link rel="stylesheet" href="${styleUrl}">
<script type="module" src="${scriptUrl}"></script>
</head>
<body>
<div id="page"></div>
<noscript>The dashboard needs JavaScript. The same data: <a href="/health/components">/health/components</a>, <a href="/health/performance/results">/health/performance/results</a>.</noscript>
</body>
</html>
`;
}
