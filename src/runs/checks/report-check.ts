import type { SendOutcome } from '../../domain/incidents/incident-event.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { IncidentRun } from '../../persistence/incidents/incident-runs.ts';
import type { CheckParts } from '../context/check-parts.ts';
import type { PendingRun } from '../context/pending-run.ts';
import {
  type EarlierReport,
  type IncidentReport,
  repeatedReportRulings,
  reportNouns,
  unreadableReports,
} from '../policy/repeated-reports.ts';
import type { CheckRuling } from '../policy/ruling.ts';

type ReportParts = Pick<CheckParts, 'engine' | 'incidentRuns'>;

/** The run's message about an incident; undefined: none, or none that could be sent twice. */
const reportOf = ({ runbook, proposal, params }: PendingRun): IncidentReport | undefined => {
  const action = runbook.reports;
  if (action === undefined || reportNouns[action] === undefined || proposal.undoes !== undefined)
    return undefined;
  const isOfIncident = action === 'issue' || action === 'follow-ups';
  const update = isOfIncident ? 0 : Number(params.update ?? 0);
  // A text that is no entry of the record is compared with nothing.
  if (!isOfIncident && update === 0) return undefined;
  const issues = Array.isArray(params.issues) ? { issues: params.issues } : {};
  return { run: proposal.run, action, incident: String(params.incident ?? ''), update, ...issues };
};

/** The outcome of an earlier run for a report; undefined: it has sent nothing of it. */
const outcomeFor = (
  { action, update, issues = [] }: IncidentReport,
  { event }: IncidentRun,
): SendOutcome | undefined => {
  if (event.action !== action) return undefined;
  if (action === 'issue') return event.outcome;
  if (action !== 'follow-ups') return event.update === update ? event.outcome : undefined;
  const outcomes = (event.issues ?? []).flatMap(({ title, outcome }) =>
    issues.includes(title) ? [outcome] : [],
  );
  return outcomes.find((outcome) => outcome === 'sent') ?? outcomes[0];
};

/** The other runs of the same environment that have sent the same, or may have. Rejects with a LedgerError. */
const earlierReports = async (
  pending: PendingRun,
  report: IncidentReport,
  { engine: { profile }, incidentRuns }: ReportParts,
): Promise<readonly EarlierReport[]> => {
  const isDrill = pending.proposal.drill === true;
  const runs = await incidentRuns();
  return runs.flatMap((incidentRun): readonly EarlierReport[] => {
    const { run } = incidentRun.event;
    const outcome = outcomeFor(report, incidentRun);
    const isSame =
      run !== report.run &&
      incidentRun.incident === report.incident &&
      incidentRun.system === profile.system &&
      incidentRun.env === profile.env &&
      incidentRun.isDrill === isDrill;
    return isSame && outcome !== undefined && outcome !== 'failed'
      ? [{ run, outcome, at: incidentRun.at, who: incidentRun.who }]
      : [];
  });
};

/** Checks a planned report of a declared incident. `before`: the runs that may have sent the same, as the preview shows them. */
export const plannedReportCheck = async (
  pending: PendingRun,
  parts: ReportParts,
): Promise<{ readonly rulings: readonly CheckRuling[]; readonly before: readonly string[] }> => {
  const report = reportOf(pending);
  if (report === undefined) return { rulings: [], before: [] };
  try {
    const earlier = await earlierReports(pending, report, parts);
    const before = earlier.map(({ run }) => run);
    return { rulings: repeatedReportRulings(report, earlier, before), before };
  } catch (error) {
    return { rulings: [unreadableReports(errorMessage(error))], before: [] };
  }
};

/**
 * Checks a confirmed report again: another cockpit may have sent the same since it was planned. Decisive once the run holds
 * the lock of its target. Empty for any other run.
 */
export const reportCheck = async (
  pending: PendingRun,
  parts: ReportParts,
): Promise<readonly CheckRuling[]> => {
  const report = reportOf(pending);
  if (report === undefined) return [];
  try {
    return repeatedReportRulings(
      report,
      await earlierReports(pending, report, parts),
      pending.reportedBefore ?? [],
    );
  } catch (error) {
    return [unreadableReports(errorMessage(error))];
  }
};
