import type { Row } from '../../../domain/facts/snapshot.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

const none: readonly Row<'oncalls'>[] = [];

/** People on call now, in the order of calling. The same list until the next reading. */
export const onCallRows = ({ own }: RenderContext): readonly Row<'oncalls'>[] =>
  own?.snapshot.kinds.oncalls.rows ?? none;

/** True when a source has answered that the escalation has no one to call first. */
const isUncovered = ({ own }: RenderContext): boolean => {
  if (own === undefined) return false;
  const { isProvided, faults, waiting, rows } = own.snapshot.kinds.oncalls;
  return (
    isProvided && faults.length === 0 && waiting === 0 && !rows.some(({ fact }) => fact.escalationLevel === 1)
  );
};

/** 'on call Ana Ruiz +1': the people of the first level, for the header. Empty without a source that knows them. */
export const onCallSummary = (view: RenderContext): StyledLine => {
  const { pen } = view;
  if (isUncovered(view)) return [pen.glyph('warn', 'warn'), pen.run(' no one on call', 'warn')];
  const first = onCallRows(view).filter(({ fact }) => fact.escalationLevel === 1);
  const [name, ...others] = new Set(first.map(({ fact }) => fact.name));
  if (name === undefined) return [];
  const isStale = first.every(({ stale }) => stale);
  const more = others.length === 0 ? '' : ` +${others.length}`;
  return [
    pen.run('on call ', 'faint'),
    ...(isStale ? [pen.glyph('stale', 'stale'), pen.run(' ', 'stale')] : []),
    pen.run(`${pen.maskField(name, 'user')}${more}`, isStale ? 'stale' : 'plain'),
  ];
};
