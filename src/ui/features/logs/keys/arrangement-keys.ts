import { formatCount } from '../../../../domain/text/format.ts';
import type { FilterChip } from '../../../../logs/format/filter-chip.ts';
import type { LogArrangement } from '../../../../logs/ring/logs-state.ts';
import { updatePane } from '../../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../../shell/contract/pane.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { patternRegex } from '../view/patterns.ts';
import { selectedPattern, shownPatterns } from '../view/selected-pattern.ts';
import {
  logCursorRow,
  logsPaneId,
  streamUnavailableReason,
  updateLogView,
} from '../view/view-state-access.ts';
import { pauseFollowing } from './cursor-movement.ts';

const arrange = (context: KeyContext, arrangement: LogArrangement): void => {
  updatePane(context.model, logsPaneId, { opened: false });
  context.commands.logs.arrange(arrangement);
};

const arrangementOf = ({ view }: KeyContext): LogArrangement => view.cockpit.logs?.arrangement ?? 'folded';

const toggleExact = (context: KeyContext): void => {
  const isExact = arrangementOf(context) === 'exact';
  arrange(context, isExact ? 'folded' : 'exact');
  context.notify(isExact ? 'LOGS: equal lines of several streams are one row' : 'LOGS: every line is a row');
};

/** Counts the lines by pattern, or shows the lines again. */
export const togglePatterns = (context: KeyContext) => {
  if (arrangementOf(context) === 'patterns') {
    arrange(context, 'folded');
    return context.notify('LOGS: lines');
  }
  arrange(context, 'patterns');
  context.notify(
    `LOGS: lines by pattern · ${boundKey(context.view.cockpit, 'logs.patterns', '%')} shows the lines again`,
  );
};

/** Moves the cursor among the patterns. */
export const movePatternCursor = (context: KeyContext, step: number): void => {
  const { view, model } = context;
  const patterns = shownPatterns(view);
  const selected = selectedPattern(view);
  const index = selected === undefined ? 0 : patterns.indexOf(selected);
  const to = patterns[Math.max(0, Math.min(patterns.length - 1, index + step))];
  if (to !== undefined) updateLogView(model, { pattern: to.key });
};

/** Shows the lines of the selected pattern: adds its template as a filter chip. */
export const showPatternLines = (context: KeyContext): void => {
  const { view, commands } = context;
  const { logs } = view.cockpit;
  const pattern = selectedPattern(view);
  if (logs === undefined || pattern === undefined) return;
  const chip: FilterChip = {
    is: 'include',
    pattern: { text: patternRegex(logs, pattern), regex: true, ignoreCase: false },
  };
  pauseFollowing(context);
  arrange(context, 'folded');
  commands.logs.setFilters([...logs.filteredView.chips, chip], logs.filteredView.context);
  context.notify(
    `LOGS: ${formatCount(pattern.count)} lines of this pattern · ${boundKey(view.cockpit, 'logs.drop', 'backspace')} removes the filter`,
  );
};

/** True while lines are counted by pattern. */
export const isByPattern = ({ view }: Pick<KeyContext, 'view'>): boolean =>
  view.cockpit.logs?.arrangement === 'patterns';

/** Keys that change the arrangement of the lines. */
export const arrangementKeys: readonly Binding[] = [
  {
    id: 'logs.exact',
    keys: ['='],
    description: 'show every line, or equal lines of several streams as one row ×n',
    whyNot: streamUnavailableReason,
    run: toggleExact,
  },
  {
    id: 'logs.patterns',
    keys: ['%'],
    description: 'count lines by pattern, or show the lines',
    footer: 'patterns',
    whyNot: (context) =>
      streamUnavailableReason(context) ??
      (logCursorRow(context.view) === undefined ? 'there are no lines to count' : undefined),
    run: togglePatterns,
  },
];
