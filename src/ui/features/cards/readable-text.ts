import { isObject } from '../../../domain/text/value-text.ts';
import { formatTimeOrDate } from '../../kit/text/format.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { briefRequest } from './brief-values.ts';

/** '2026-03-04T10:15:07.000Z': a time as sources write it. */
const isoTimes = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)(?!\w)/g;

/** 'written 10:15:07' for 'written 2026-03-04T10:15:07.000Z': a time in a text as on the rest of the screen. Exact calls keep theirs. */
export const withReadableTimes = (view: RenderContext, text: string): string =>
  text.replaceAll(isoTimes, (iso) => {
    const time = Date.parse(iso);
    return Number.isNaN(time) ? iso : formatTimeOrDate(time, wallNow(view));
  });

/** Levels of a nested value that are shown; below them only its size. */
const depth = 3;

/** 'currentState CLOSED, message it has been changed' for the object of these members. */
const dataText = (value: unknown, level = 0): string => {
  if (Array.isArray(value)) {
    if (level >= depth) return `${value.length} items`;
    const texts = value.map((element: unknown) => dataText(element, level + 1));
    return level === 0 ? texts.join(', ') : `[${texts.join(', ')}]`;
  }
  if (!isObject(value)) return value === null ? '–' : String(value);
  const members = Object.entries(value);
  if (level >= depth) return `${members.length} fields`;
  const text = members.map(([name, held]) => `${name} ${dataText(held, level + 1)}`).join(', ');
  return level === 0 ? text : `(${text})`;
};

/** The value of a text that is a JSON object or list; undefined for any other. */
const parsedData = (text: string): unknown => {
  if (!/^\s*(?:\{[\s\S]*\}|\[[\s\S]*\])\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A text whose data are in words, and whose times are those of the screen. Logs keep the text itself. */
export const textInWords = (view: RenderContext, text: string): string => {
  const value = parsedData(text);
  const words = value === undefined ? text.replaceAll(/\s*[\r\n]+\s*/g, ' · ').trim() : dataText(value);
  return withReadableTimes(view, words);
};

const request = /^[A-Z]+ https?:\/\/\S+/;

/**
 * The output of a run in rows: a request and its answer once, data in words, no empty lines. `lines` with 'POST http://…' before its body, and
 * 'POST http://… → 200 OK' after it, are the request with its answer and the body below it.
 */
export const readableOutput = (view: RenderContext, lines: readonly string[]): readonly string[] => {
  const rows: string[] = [];
  let pending: { readonly line: string; readonly row: number } | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    if (pending !== undefined && line.startsWith(`${pending.line} → `)) {
      rows[pending.row] = briefRequest(line);
      pending = undefined;
      continue;
    }
    if (request.exec(line)?.[0] === line) pending = { line, row: rows.length };
    const isBody = pending !== undefined && pending.line !== line;
    rows.push(`${isBody ? '  ' : ''}${textInWords(view, briefRequest(line))}`);
  }
  return rows;
};
