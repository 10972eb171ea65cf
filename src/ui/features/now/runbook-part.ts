import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { dangerLabel } from '../../kit/components/card.ts';
import { renderSectionRule } from '../../kit/components/section-rule.ts';
import { fitWords, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { matchText, runbookDanger } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import type { CauseIndex } from '../findings/causes.ts';
import { suggestedRunbook } from '../findings/columns.ts';
import type { FindingRow } from '../findings/findings.ts';
import { planRows } from '../runbook-matching/plan-rows.ts';

const suggestionOf = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
): { readonly suggestion: RunbookSuggestion; readonly about: string } | undefined => {
  if (row.is === 'runbook') return { suggestion: row.suggestion, about: '' };
  const found = suggestedRunbook(view, row.is === 'fold' ? row.cause : row, causes);
  if (found === undefined) return undefined;
  return { suggestion: found.suggestion, about: found.row === row ? '' : ` · for ${found.row.label}` };
};

/** The suggested runbook of a row: its id and danger, its title, why it is suggested, its steps and what proves that they worked. */
export const renderRunbookPart = (
  view: RenderContext,
  row: FindingRow,
  causes: CauseIndex,
): readonly StyledLine[] => {
  const found = suggestionOf(view, row, causes);
  if (found === undefined) return [];
  const { pen, cockpit, columns } = view;
  const { suggestion, about } = found;
  const { runbook } = suggestion;
  const isFirst = cockpit.suggestions.find(({ fits }) => fits === 'yes') === suggestion;
  const head: StyledLine = [
    ...(isFirst ? [pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key'), pen.run(' ')] : []),
    pen.run(runbook.id, 'bold'),
  ];
  const rule = renderSectionRule(
    pen,
    { title: head, note: dangerLabel(pen, runbookDanger(suggestion)), look: ruleLook(view), role: 'rule' },
    columns,
  );
  return [
    [],
    rule,
    [pen.run(` ${runbook.title}`)],
    ...(suggestion.fits === 'yes' ? [[pen.run(` ${matchText(suggestion)}${about}`, 'faint')]] : []),
    ...planRows(view, runbook),
  ].map((line) => fitWords(line, columns, 'plain', pen.ellipsis));
};
