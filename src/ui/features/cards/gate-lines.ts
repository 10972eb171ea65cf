import type { GateCheck, Proposal } from '../../../domain/proposal.ts';
import { inKeys } from '../../text/in-keys.ts';
import type { Line } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { innerWidth, labelCells, labelled } from './card.ts';
import { listed } from './listed.ts';
import { told } from './told.ts';

interface Look {
  readonly glyph: GlyphName;
  readonly role: Role;
}

const lookOf = ({ ok, asks }: GateCheck): Look => {
  if (asks) return { glyph: 'warn', role: 'warn' };
  if (ok === 'unknown') return { glyph: 'unknown', role: 'unknown' };
  return ok ? { glyph: 'ok', role: 'ok' } : { glyph: 'denied', role: 'down' };
};

const textOf = ({ what, why }: GateCheck): string => `${what} ${why}`;

/** What can be broken with a reason; everything else that says no stays a no. */
const breakable = ({ what, ok }: GateCheck): boolean =>
  (what === 'freeze' || what === 'quiet') && ok === false;

/** What this run would break, which a reason could override; undefined when there is nothing like that. */
export const overridable = ({ checks = [], override }: Proposal): GateCheck | undefined =>
  override === undefined ? checks.find(breakable) : undefined;

const checkLines = (view: View, check: GateCheck, label: string, mayOverride: boolean): readonly Line[] => {
  const { glyph, role } = lookOf(check);
  const remedy =
    check.ok === true || check.remedy === undefined ? '' : ` · ${inKeys(check.remedy, view.cockpit)}`;
  const key = mayOverride && breakable(check) ? ' · o overrides it' : '';
  return told(view, label, {
    mark: view.pen.glyph(glyph, role),
    text: `${textOf(check)}${remedy}${key}`,
    role: check.ok === true ? 'plain' : role,
  });
};

/** Checks that let it through share a line, the right to do it first, until `all` gives each its own; one that does not stands alone. */
const fine = (view: View, checks: readonly GateCheck[], all: boolean): readonly Line[] => {
  const { pen } = view;
  if (all) return checks.flatMap((check) => checkLines(view, check, 'gate', false));
  const first = checks.find(({ what }) => what === 'permission') ?? checks[0];
  if (first === undefined) return [];
  const others = checks.flatMap((check) => (check === first ? [] : [check.what]));
  const rest = others.length === 0 ? '' : ` · ${others.join(', ')}`;
  const room = innerWidth(view) - labelCells - 3 - widthOf(rest);
  return [
    labelled(pen, 'gate', [pen.glyph('ok', 'ok'), pen.run(`  ${pen.cut(textOf(first), room)}${rest}`)]),
  ];
};

/** What was looked at besides the answers, what says no first; and the reason for which a freeze is broken. */
export const gateLines = (view: View, proposal: Proposal, all: boolean): readonly Line[] => {
  const { checks = [], override } = proposal;
  const may = overridable(proposal) !== undefined;
  return [
    ...checks.filter(({ ok }) => ok !== true).flatMap((check) => checkLines(view, check, 'gate', may)),
    ...fine(
      view,
      checks.filter(({ ok }) => ok === true),
      all,
    ),
    ...(override === undefined ? [] : listed(view, 'override', [override], { all: true, role: 'warn' })),
  ];
};
