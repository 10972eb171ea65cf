import type { GateCheck, Proposal } from '../../../domain/runs/proposal.ts';
import { isOverridable } from '../../../runs/policy/ruling.ts';
import { cardInnerWidth } from '../../kit/components/card.ts';
import type { CardEntry, CardZone } from '../../kit/components/card-zones.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { markedRows } from './marked-rows.ts';
import { withReadableTimes } from './readable-text.ts';

interface CheckStyle {
  readonly glyph: GlyphName;
  readonly role: TextRole;
}

const checkStyle = ({ ok, asks }: GateCheck): CheckStyle => {
  if (asks) return { glyph: 'warn', role: 'warn' };
  if (ok === 'unknown') return { glyph: 'unknown', role: 'unknown' };
  return ok ? { glyph: 'ok', role: 'ok' } : { glyph: 'denied', role: 'down' };
};

const textOf = ({ what, why }: GateCheck): string => `${what} ${why}`;

/** True if a reason can override this failed check. */
const breakable = ({ what, ok, asks }: GateCheck): boolean =>
  isOverridable(what) && ok === false && asks !== true;

/** The failed checks that a reason could override. */
export const overridableChecks = ({ checks = [] }: Proposal): readonly GateCheck[] =>
  checks.filter(breakable);

const checkRows = (view: RenderContext, check: GateCheck, mayOverride: boolean): readonly StyledLine[] => {
  const { glyph, role } = checkStyle(check);
  const remedy = check.ok === true || check.remedy === undefined ? '' : ` · ${flagsToKeys(check.remedy)}`;
  const key = mayOverride && breakable(check) ? ' · O overrides' : '';
  return markedRows(
    view,
    view.pen.glyph(glyph, role),
    withReadableTimes(view, `${textOf(check)}${remedy}${key}`),
    {
      role: check.ok === true ? 'plain' : role,
    },
  );
};

/** Passed checks share one line, permission first; `all` gives each its own line. */
const fine = (view: RenderContext, checks: readonly GateCheck[], all: boolean): readonly CardEntry[] => {
  const { pen } = view;
  if (all) return checks.map((check) => ({ rows: checkRows(view, check, false) }));
  const first = checks.find(({ what }) => what === 'permission') ?? checks[0];
  if (first === undefined) return [];
  const others = checks.flatMap((check) => (check === first ? [] : [check.what]));
  const rest = others.length === 0 ? '' : ` · ${others.join(', ')}`;
  const text = pen.cut(textOf(first), cardInnerWidth(view) - 2 - widthOf(rest));
  return [{ rows: [[pen.glyph('ok', 'ok'), pen.run(` ${text}${rest}`)]], isKept: true }];
};

/** The zone of the gate checks: failed ones first, none of which is hidden; then the reasons of an override. */
export const gatesZone = (view: RenderContext, proposal: Proposal, all: boolean): CardZone => {
  const { checks = [], override, outage } = proposal;
  const reasons = [...new Set([override, outage].filter((reason) => reason !== undefined))];
  const may = overridableChecks(proposal).length > 0;
  return {
    title: 'Gates',
    entries: [
      ...checks
        .filter(({ ok }) => ok !== true)
        .map((check) => ({ rows: checkRows(view, check, may), isKept: true })),
      ...reasons.map((reason) => ({
        rows: markedRows(view, view.pen.glyph('warn', 'warn'), `override: ${reason}`, { role: 'warn' }),
        isKept: true,
      })),
      ...fine(
        view,
        checks.filter(({ ok }) => ok === true),
        all,
      ),
    ],
  };
};
