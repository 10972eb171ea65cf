import { pluralize } from '../../../domain/text/count-text.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { bodyHeight } from '../../shell/layout/body-rows.ts';
import { isSmallScreen, smallBodyRows } from '../../shell/layout/screen-size.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

/** A line of a wrapped error; `error`: its index. */
interface ErrorLine {
  readonly error: number;
  readonly line: StyledLine;
}

/** Wraps the errors of the profile; continuation lines are indented. */
const errorLines = ({ columns, pen, cockpit }: RenderContext): readonly ErrorLine[] =>
  (cockpit.profileErrors ?? []).flatMap((text, error) =>
    pen.wrap(text, Math.max(1, columns - 4)).map((piece, index) => ({
      error,
      line: [
        pen.run(`${index === 0 ? ' ' : '   '}${piece}`, cockpit.isNothingHere === true ? 'plain' : 'crit'),
      ],
    })),
  );

/** Minimum height of the body at which it names its keys; the footer of a smaller screen does. */
const withKeys = 8;

/** Rows for errors in a body of this height: below the heading, and above the keys. */
const errorRows = (height: number): number => Math.max(1, height - (height < withKeys ? 1 : 3));

interface ErrorWindow {
  readonly from: number;
  /** The last possible `from`. */
  readonly last: number;
  readonly shown: readonly ErrorLine[];
  /** The errors that begin above the window, and those that end below it. */
  readonly above: number;
  readonly below: number;
}

const errorWindow = (view: RenderContext, height: number): ErrorWindow => {
  const lines = errorLines(view);
  const room = errorRows(height);
  const { profileScroll: scroll } = view.ui;
  // Errors that fit need no line that counts the others; a single row shows an error instead.
  const rows = lines.length <= room || room === 1 ? room : room - 1;
  const last = Math.max(0, lines.length - rows);
  const wantedAmount = scroll !== undefined && scroll.errors === view.cockpit.profileErrors ? scroll.from : 0;
  const from = Math.max(0, Math.min(last, wantedAmount));
  const countIn = (part: readonly ErrorLine[]): number => new Set(part.map(({ error }) => error)).size;
  return {
    from,
    last,
    shown: lines.slice(from, from + rows),
    above: countIn(lines.slice(0, from)),
    below: countIn(lines.slice(from + rows)),
  };
};

/** Rows of the body, by the size of the screen. */
const bodyRows = (view: RenderContext): number =>
  isSmallScreen(view) ? smallBodyRows(view.rows) : bodyHeight(view);

/** The first visible line of the errors, and the last line that can be the first. */
export const profileErrorScroll = (view: RenderContext): Pick<ErrorWindow, 'from' | 'last'> =>
  errorWindow(view, bodyRows(view));

/** ' 3 above · 4 more · j, k scroll · opsdeck validate lists all' */
const cutLine = ({ cockpit, pen }: RenderContext, { above, below }: ErrorWindow): StyledLine => {
  const down = boundKey(cockpit, 'profile.down', 'j');
  const up = boundKey(cockpit, 'profile.up', 'k');
  const parts = [
    ...(above === 0 ? [] : [`${above} above`]),
    ...(below === 0 ? [] : [`${below} more`]),
    `${down}, ${up} scroll`,
    `opsdeck ${cockpit.isNothingHere === true ? 'check --env here' : 'validate'} lists all`,
  ];
  return [pen.run(` ${parts.join(' · ')}`, 'key')];
};

/** '2 errors, 29 warnings'. */
const countText = (texts: readonly string[]): string => {
  const warnings = texts.filter((text) => text.includes(': warning: ')).length;
  const errors = pluralize(texts.length - warnings, 'error');
  return warnings === 0 ? errors : `${errors}, ${pluralize(warnings, 'warning')}`;
};

/** The body for an invalid profile: every error as file:line:col. Nothing was contacted. */
export const renderProfileErrors = (view: RenderContext, height: number): readonly StyledLine[] => {
  const { cockpit, pen } = view;
  const window = errorWindow(view, height);
  const isCut = window.last > 0 && errorRows(height) > 1;
  const keys = [
    `${boundKey(cockpit, 'ask', 'r')} reload`,
    ...(cockpit.environments.length > 0
      ? [
          `${boundKey(cockpit, 'environment', 'e')} ${
            cockpit.isNothingHere === true ? 'choose an example (simulated: demo/…)' : 'switch environment'
          }`,
        ]
      : []),
    `${boundKey(cockpit, 'quit', 'q')} quit`,
  ];
  return [
    cockpit.isNothingHere === true
      ? [pen.run(' HERE', 'bold'), pen.run('  nothing was found here')]
      : [
          pen.run(' PROFILE', 'bold'),
          pen.run(`  has ${countText(cockpit.profileErrors ?? [])}, nothing was contacted`),
        ],
    ...window.shown.map(({ line }) => line),
    ...(isCut ? [cutLine(view, window)] : []),
    ...(height < withKeys ? [] : [[], [pen.run(` ${keys.join(' · ')}`, 'faint')]]),
  ];
};
