import type { ChangeCoverage } from '../../../domain/facts/journal.ts';
import { triggerText } from '../../../domain/profile/likely-trigger.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { helpSeparator, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

/** The first suggested runbook that takes back the likely trigger. */
const rollbackOf = ({ suggestions }: CockpitState): RunbookSuggestion | undefined =>
  suggestions.find(({ revertsTrigger }) => revertsTrigger === true);

const heading = 'what changed? ';
const shortHeading = 'change: ';

const hourMs = 3_600_000;

/** ' (HTTP 403)' is too long for a list of sources, so each is named with the kind of its fault. */
const unreadText = ({ unread }: ChangeCoverage): string => {
  const faults = new Map(unread.map(({ source, kind }) => [source, kind]));
  return [...faults].map(([source, kind]) => `${source} (${kind})`).join(', ');
};

/** 'no change seen in the last 6 h by: k8s, prom; not read: alerts (denied)' */
export const coverageText = (coverage: ChangeCoverage | undefined, now: number): string => {
  if (coverage === undefined) return '';
  const { read, since, isReading } = coverage;
  const unread = unreadText(coverage);
  if (isReading) return 'opsdeck is reading the changes of the last hours';
  if (read.length === 0 && unread === '') return 'none of the sources of this profile records changes';
  const span = `${Math.round((now - since) / hourMs)} h`;
  const seen = read.length === 0 ? 'unknown' : `no related change in the last ${span} by: ${read.join(', ')}`;
  return unread === '' ? seen : `${seen}. Not read: ${unread}`;
};

/**
 * One line that names the likely trigger of the problems and the key of its rollback, or where none was seen. `lead`: the words that
 * begin it; '' below a heading.
 */
export const whatChangedLines = (
  { pen, cockpit, now, columns }: RenderContext,
  lead = heading,
): readonly StyledLine[] => {
  const { trigger, changeCoverage } = cockpit;
  if (trigger === undefined) {
    const text = coverageText(changeCoverage, now);
    return text === '' ? [] : [[pen.run(` ${lead}`, 'faint'), pen.run(text, 'faint')]];
  }
  const rollback = rollbackOf(cockpit);
  const journal = boundKey(cockpit, 'pane.J', 'J');
  const key = boundKey(cockpit, 'now.roll-back', 'Z');
  const [long, short] =
    rollback === undefined
      ? [`${journal} shows the journal`, `${journal} journal`]
      : [`${key} previews: ${rollback.runbook.title}`, `${key} preview`];
  const line = (head: string, help: string): StyledLine => [
    pen.run(' '),
    pen.glyph('chosen', 'focus'),
    pen.run(` ${head}`, 'bold'),
    pen.run(triggerText(trigger, now), 'warn'),
    pen.run(trigger.isOwn ? ' (by a run of opsdeck)' : '', 'faint'),
    pen.run(`${helpSeparator}${help}`, 'faint'),
  ];
  // The change and its key come before the words around them.
  const forms = [line(lead, long), line(lead, short), line(lead === '' ? '' : shortHeading, short)];
  return [forms.find((form) => lineWidth(form) <= columns - 3) ?? line('', short)];
};

/** The key that opens the preview of the rollback of the likely trigger. */
export const rollBackKey: Binding = {
  id: 'now.roll-back',
  keys: ['Z'],
  description: 'preview the rollback of the change that likely triggered the problems',
  whyNot: ({ view: { cockpit } }) => {
    if (cockpit.trigger === undefined)
      return 'opsdeck has found no change that could have caused the problems';
    const rollback = rollbackOf(cockpit);
    return rollback === undefined
      ? `no runbook can undo this change of ${cockpit.trigger.object}`
      : startBlockedReason(cockpit, rollback.runbook);
  },
  run: ({ view: { cockpit }, commands }) => {
    const rollback = rollbackOf(cockpit);
    if (rollback !== undefined) commands.propose(rollback.runbook.id, {});
  },
};
