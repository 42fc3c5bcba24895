import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboardHtml } from '../../src/editor/dashboardHtml.ts';

const PAGE = {
  nonce: 'n0nce',
  cspSource: 'https://*.vscode-cdn.net',
  scriptUri: 'https://x.vscode-cdn.net/dashboard.js',
  styleUri: 'https://x.vscode-cdn.net/dashboard.css',
  place: 'view',
} as const;

test('the policy allows one script by its nonce, styles from the webview’s origin, and nothing else', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(dashboardHtml(PAGE))?.[1];
  assert.deepEqual(policy?.split('; '), [
    "default-src 'none'",
    'style-src https://*.vscode-cdn.net',
    "script-src 'nonce-n0nce'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('there is no inline script, style or handler', () => {
  const html = dashboardHtml(PAGE);
  assert.deepEqual(
    [...html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map((match) => match[1]),
    [''],
  );
  assert.doesNotMatch(html, /<style|style=|\son\w+=|javascript:/i);
});

test('a path can’t break out of its attribute', () => {
  const html = dashboardHtml({ ...PAGE, scriptUri: '"><script>alert(1)</script>' });
  assert.doesNotMatch(html, /<script>alert/);
});
