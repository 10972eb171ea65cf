import type { MissingRequirement, Proposal } from '../../../domain/runs/proposal.ts';
import { profileEditText, requirementText } from '../../../domain/runs/requirement-text.ts';
import { shortPosition } from '../../../domain/text/position.ts';
import { isOverridable } from '../../../runs/policy/ruling.ts';
import type { CardEntry } from '../../kit/components/card-zones.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { notArmedReason } from '../../shell/state/blocked-reasons.ts';
import { flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { markedRows } from './marked-rows.ts';

const canBeOverridden = ({ what }: MissingRequirement): boolean =>
  what !== 'review' && what !== 'plan' && what !== 'arm' && what !== 'confirm' && what !== 'done'
    ? isOverridable(what)
    : false;

/**
 * Everything that a refused run lacks, with the arming that it would ask for next. Empty where the reason is none that could be
 * met.
 */
export const missingOnCard = (
  { cockpit }: Pick<RenderContext, 'cockpit'>,
  { refusal, gate }: Proposal,
): readonly MissingRequirement[] => {
  const { missing = [] } = refusal ?? {};
  const unarmed = missing.length > 0 && gate.arm ? notArmedReason(cockpit) : undefined;
  return unarmed === undefined ? missing : [...missing, { what: 'arm', why: unarmed }];
};

/** One entry per requirement, none of which is hidden: its reason, and the change of the profile that permits the run. */
export const requirementEntries = (
  view: RenderContext,
  missing: readonly MissingRequirement[],
): readonly CardEntry[] => {
  const { pen } = view;
  return missing.map((requirement) => {
    const { what, edit } = requirement;
    const key = canBeOverridden(requirement) ? ' · O overrides' : '';
    const text = `${what}: ${flagsToKeys(requirementText(requirement))}${key}`;
    return {
      rows: [
        ...markedRows(view, pen.glyph('denied', 'down'), text, { role: 'down' }),
        ...(edit === undefined
          ? []
          : markedRows(view, pen.run('›', 'faint'), profileEditText(edit, shortPosition(edit.position)), {
              inset: 2,
            })),
      ],
      isKept: true,
    };
  });
};
