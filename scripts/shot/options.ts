import { parseArgs } from 'node:util';
import { type Stroke, strokesOf } from './keys.ts';

export const usage = `npm run shot -- [options] OUT.png|OUT.svg|OUT.txt …
  --size 120x36   columns x rows
  --env E         the environment; default production
  --args "…"      other arguments, blank-separated, quotes kept together
  --wait 1500     ms between the first output and the first key
  --until "…"     what the screen must show before the first key, in place of a wait
  --keys "3 enter ctrl-p text:abc wait:500"
  --shows "…"     what the screen must show after the last key, before the picture is taken
  --help          show this page`;

/** The options of `npm run shot`. */
export interface ShotOptions {
  readonly columns: number;
  readonly rows: number;
  /** The environment; absent if other arguments are given. */
  readonly env?: string;
  /** Other arguments of opsdeck. */
  readonly extra: readonly string[];
  readonly strokes: readonly Stroke[];
  readonly waitMs: number;
  readonly until?: string;
  readonly shows?: string;
  /** Files to write: .png, .svg or .txt. */
  readonly outputs: readonly string[];
}

/** The options, the request for help, or the error of the command line. */
type ParsedOptions =
  | { readonly is: 'options'; readonly options: ShotOptions }
  | { readonly is: 'help' }
  | { readonly is: 'error'; readonly text: string };

/** Rewrites `--args "--ascii"` to `--args=--ascii`, because the value looks like an option of this script. */
const joined = (argv: readonly string[]): string[] =>
  argv.flatMap((word, index) => {
    if (/^--(args|keys)$/.test(word)) return [`${word}=${argv[index + 1] ?? ''}`];
    return /^--(args|keys)$/.test(argv[index - 1] ?? '') ? [] : [word];
  });

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

const parse = (argv: readonly string[]): ParsedOptions => {
  const { values, positionals } = parseArgs({
    args: joined(argv),
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      size: { type: 'string', default: '120x36' },
      env: { type: 'string' },
      args: { type: 'string', default: '' },
      keys: { type: 'string', default: '' },
      wait: { type: 'string', default: '1500' },
      until: { type: 'string' },
      shows: { type: 'string' },
    },
  });
  if (values.help) return { is: 'help' };
  const [, columns, rows] = /^(\d+)x(\d+)$/.exec(values.size) ?? [];
  if (columns === undefined || rows === undefined)
    throw new Error(`--size ${values.size}: use COLUMNSxROWS, such as 120x36`);
  if (!/^\d+$/.test(values.wait)) throw new Error(`--wait ${values.wait}: use a number of ms, such as 1500`);
  if (positionals.length === 0) throw new Error('no output file: name a .png, .svg or .txt file');
  const other = positionals.find((out) => !/\.(png|svg|txt)$/.test(out));
  if (other !== undefined) throw new Error(`${other}: use a .png, .svg or .txt file`);
  const extra = wordsOf(values.args);
  const env = values.env ?? (extra.length === 0 ? 'production' : undefined);
  return {
    is: 'options',
    options: {
      columns: Number(columns),
      rows: Number(rows),
      ...(env === undefined ? {} : { env }),
      extra,
      strokes: wordsOf(values.keys).flatMap(strokesOf),
      waitMs: Number(values.wait),
      ...(values.until === undefined ? {} : { until: values.until }),
      ...(values.shows === undefined ? {} : { shows: values.shows }),
      outputs: positionals,
    },
  };
};

/** Parses the command line. An error is one line, without a stack trace. */
export const parseShotOptions = (argv: readonly string[]): ParsedOptions => {
  try {
    return parse(argv);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { is: 'error', text: line };
  }
};
