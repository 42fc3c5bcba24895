/** Where the dashboard's page takes its code and style from. */
export interface DashboardPage {
  readonly nonce: string;
  /** The webview's own origin, as a source of a content security policy. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** The panel fills an editor; the view stands in the side bar. */
  readonly place: 'view' | 'panel';
}

/** The dashboard's page. Nothing is inline, nothing comes from elsewhere, and nothing but the one script runs. */
export function dashboardHtml({ nonce, cspSource, scriptUri, styleUri, place }: DashboardPage): string {
  const policy = [
    "default-src 'none'",
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(styleUri)}">
<title>Marginal</title>
</head>
<body data-place="${place}">
<main id="dashboard"><p class="loading">Reading the ledger…</p></main>
<div id="announcer" class="spoken" role="status" aria-live="polite"></div>
<script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
