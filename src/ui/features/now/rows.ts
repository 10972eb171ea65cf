import { defined } from '../../../domain/base/defined.ts';
import { acknowledgementOf } from '../../../domain/incidents/acknowledgement.ts';
import { requestsToAnswer, type WaitingApproval } from '../../../domain/runs/approval.ts';
import type { ShownReset } from '../../../domain/runs/pending-reset.ts';
import { sameFailure } from '../../../situation/source-finding.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { rowSeverity, runbookSeverity } from '../../shell/panes/severity.ts';
import { suggestionText } from '../../shell/state/blocked-reasons.ts';
import { memoizeReads } from '../../shell/state/tracked-reads.ts';
import { type CauseIndex, causesAmong } from '../findings/causes.ts';
import {
  type BlindSource,
  collectFindings,
  type FindingRow,
  type PaneFinding,
  paneFindingKey,
  rankFindings,
  sourceFindingKey,
} from '../findings/findings.ts';
import { askedResets } from '../run-words/pending-resets.ts';
import { acknowledgedText } from './acknowledge.ts';

const findingRow = (view: RenderContext, { pane, finding }: PaneFinding): FindingRow => {
  const { row } = finding;
  const { subject } = row;
  const severity = rowSeverity(view.cockpit, row);
  const key = paneFindingKey(pane, row);
  const acknowledged = acknowledgementOf(view.cockpit.acknowledged, key);
  return {
    is: 'finding',
    key,
    level: row.level,
    label: row.label,
    // Computed lazily: there are thousands of rows, and only filters read the text.
    get text() {
      return [
        `${pane.title} ${row.label} ${finding.describe(view)}`,
        severity?.id ?? '',
        acknowledged === undefined ? '' : acknowledgedText(view, acknowledged),
      ].join(' ');
    },
    aboutKey: row.key,
    pane,
    finding,
    origin: { pane: pane.id, key: row.key },
    ...defined({ subject, severity, acknowledged }),
  };
};

const blindRow = (view: RenderContext, blind: BlindSource): FindingRow => {
  const { source, kind, message } = blind.fault;
  const acknowledged = acknowledgementOf(view.cockpit.acknowledged, sourceFindingKey(blind.fault));
  return {
    is: 'blind',
    key: `blind ${sameFailure(blind.fault)}`,
    level: 'unknown',
    label: source,
    text: `${source} ${kind} ${message}${acknowledged === undefined ? '' : ` ${acknowledgedText(view, acknowledged)}`}`,
    ...blind,
    ...defined({ acknowledged }),
  };
};

const suggestionRow = (suggestion: RunbookSuggestion, { cockpit }: RenderContext): FindingRow => {
  const { runbook, fits } = suggestion;
  const severity = runbookSeverity(cockpit, runbook.id);
  return {
    is: 'runbook',
    key: `runbook ${runbook.id}`,
    level: fits === 'yes' ? 'ok' : 'unknown',
    isNotable: true,
    // A suggestion is no finding.
    standsFor: 0,
    label: runbook.title,
    text: `runbook ${runbook.id} ${runbook.title} ${suggestionText(suggestion)}${severity === undefined ? '' : ` ${severity.id}`}`,
    suggestion,
    ...defined({ severity }),
  };
};

const approvalRow = (request: WaitingApproval): FindingRow => ({
  is: 'approval',
  key: `approval ${request.run}`,
  level: 'warn',
  isNotable: true,
  // A request is no finding.
  standsFor: 0,
  label: request.proposal.title,
  text: `run waiting for approval ${request.run} ${request.proposal.title}`,
  request,
});

const resetRow = (reset: ShownReset): FindingRow => ({
  is: 'reset',
  key: `reset ${reset.run} ${reset.step}`,
  level: 'warn',
  isNotable: true,
  // A pending reset is no finding.
  standsFor: 0,
  label: reset.title,
  text: `due: reset of ${reset.title} · enter to send`,
  reset,
});

/**
 * Rows of Problems: runs that wait for this person's approval, resets that are due, all findings in the order of `rankFindings`, then matching
 * runbooks, and those whose match is unknown.
 */
const nowRows = (view: RenderContext): readonly FindingRow[] => {
  const { found, blind } = collectFindings(view);
  const suggested = (fits: RunbookSuggestion['fits']): readonly FindingRow[] =>
    view.cockpit.suggestions
      .filter((suggestion) => suggestion.fits === fits)
      .map((suggestion) => suggestionRow(suggestion, view));
  const findings = rankFindings([
    ...found.map((paneFinding) => findingRow(view, paneFinding)),
    ...blind.map((blindSource) => blindRow(view, blindSource)),
  ]);
  // They concern the present, whatever time is shown.
  const requests = view.past === undefined ? requestsToAnswer(view.cockpit.approvals ?? []) : [];
  return [
    ...requests.map(approvalRow),
    ...askedResets(view).map(resetRow),
    ...findings,
    ...suggested('yes'),
    ...suggested('unknown'),
  ];
};

/** The rows of Problems, each on its own. */
export const unfoldedRows = memoizeReads(nowRows);

/** The causes among the rows of Problems. */
export const causesOf = (view: RenderContext): CauseIndex => causesAmong(view, unfoldedRows(view));
