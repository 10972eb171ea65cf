import { createHash } from 'node:crypto';
import { pageColors } from '../../../kit/picture/svg.ts';
import { createPlayback } from '../playback.ts';
import type { Recording, RecordingCut } from '../recording.ts';
import { type PageData, pageData } from './page-data.ts';
import { pageScript } from './page-script.ts';

/** Escapes HTML special characters. */
const escapedHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** JSON inside of a script element: no character of it can end the element, or a line of a script. */
const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const styleSheet = ({ styles }: PageData, isLight: boolean): string => {
  const { back, text } = isLight ? pageColors.light : pageColors.dark;
  const rules = styles.map(
    ({ color, ground, bold }, index) =>
      `.s${index}{color:${color}${ground === undefined ? '' : `;background:${ground}`}${bold === true ? ';font-weight:bold' : ''}}`,
  );
  return [
    `body{margin:1rem;background:${back};color:${text};font:14px system-ui,sans-serif}`,
    "#screen{font:14px/17px 'DejaVu Sans Mono',Menlo,Consolas,monospace;overflow-x:auto;padding:.5rem 0}",
    '.row{white-space:pre;height:17px}.w{display:inline-block;overflow:hidden;vertical-align:top}',
    '#controls{display:flex;gap:.75rem;align-items:center;flex-wrap:wrap}#bar{flex:1;min-width:12rem}',
    'button,select{font:inherit;color:inherit;background:transparent;border:1px solid;border-radius:4px;padding:.15rem .5rem}',
    '#marks{list-style:none;padding:0;max-height:16rem;overflow-y:auto}',
    '#marks button{border:0;text-align:left;white-space:pre-wrap}#marks [aria-current]{outline:1px solid}',
    '.crit{font-weight:bold}',
    ...rules,
  ].join('\n');
};

/**
 * A recording as one page, without anything from elsewhere: its policy permits its own script and style, by their hashes, and
 * no connection. Everything from the recording is text.
 */
export function* htmlPage(recording: Recording, cut: RecordingCut): Generator<string> {
  const { header } = recording;
  const data = pageData(recording, cut);
  const isLight = createPlayback(recording.frames).frameAt(cut.fromMs)?.isLight === true;
  const style = styleSheet(data, isLight);
  const begin = new Date(data.startedAt).toISOString().slice(0, 19).replace('T', ' ');
  const title = escapedHtml(`opsdeck ${header.env ?? 'recording'} · ${begin} UTC`);
  const policy = `default-src 'none'; script-src ${sha256(pageScript)}; style-src ${sha256(style)}; base-uri 'none'; form-action 'none'`;
  yield [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    `<style>${style}</style></head><body>`,
    `<h1>${title}</h1>`,
    '<div id="screen" role="img" aria-label="Recorded screen"></div>',
    '<div id="controls"><button id="play" type="button">Play</button>',
    '<label>Speed <select id="speed"><option value="0.5">0.5×</option><option value="1" selected>1×</option><option value="2">2×</option><option value="4">4×</option><option value="8">8×</option><option value="16">16×</option></select></label>',
    '<input id="bar" type="range" min="0" value="0" aria-label="Position">',
    '<span id="position"></span><span id="time"></span></div>',
    '<h2>Changes</h2><ol id="marks"></ol>',
    '<noscript><p>This page needs JavaScript to play the recording.</p></noscript>',
    '<script type="application/json" id="data">',
  ].join('\n');
  yield scriptJson(data);
  yield `</script>\n<script>${pageScript}</script>\n</body></html>\n`;
}
