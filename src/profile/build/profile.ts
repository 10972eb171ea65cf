import type { Complaint } from '../../domain/position.ts';
import type { Profile } from '../../domain/profile.ts';
import type { MapNode } from '../tree.ts';
import { buildAudit } from './audit.ts';
import { buildAuthority } from './authority.ts';
import type { Built, Context } from './context.ts';
import { buildGuard } from './guard.ts';
import { buildHead } from './head.ts';
import { buildContacts, buildLimits, buildLinks, looseComplaints } from './lists.ts';
import { buildLogs } from './logs.ts';
import { buildRunbooks } from './runbooks.ts';
import { buildSeverity } from './severity.ts';
import { buildShare } from './share.ts';
import { buildSignals } from './signals.ts';
import { buildSources } from './sources.ts';

/** A resolved tree → a profile, with everything that is wrong about it. */
export const buildProfile = (tree: MapNode, context: Context): Built<Profile> => {
  const head = buildHead(tree, context);
  const sources = buildSources(tree, context);
  const signals = buildSignals(tree, sources.made, context);
  const ids = signals.made.map((signal) => signal.id);
  const runbooks = buildRunbooks(tree, sources.made, ids, context);
  const runbookIds = runbooks.made.map((runbook) => runbook.id);
  const guard = buildGuard(tree, head.made.tier, runbookIds);
  const authority = buildAuthority(tree, runbookIds);
  const severity = buildSeverity(tree, signals.made, runbookIds);
  const share = buildShare(tree);
  const limits = buildLimits(tree);
  const logs = buildLogs(tree, sources.made);
  const audit = buildAudit(tree);
  const contacts = buildContacts(tree);
  const links = buildLinks(tree);
  const parts: readonly Built<unknown>[] = [
    head,
    sources,
    signals,
    limits,
    logs,
    runbooks,
    guard,
    authority,
    severity,
    share,
    audit,
    contacts,
    links,
  ];
  const complaints: Complaint[] = [...parts.flatMap((part) => part.complaints), ...looseComplaints(tree)];
  return {
    complaints,
    made: {
      ...head.made,
      file: context.file,
      sources: sources.made.map((source) => source.entry),
      signals: signals.made,
      limits: limits.made,
      logViews: logs.made.views,
      ...(logs.made.settings === undefined ? {} : { logs: logs.made.settings }),
      runbooks: runbooks.made,
      contacts: contacts.made,
      links: links.made,
      guard: guard.made,
      ...(authority.made === undefined ? {} : { authority: authority.made }),
      ...(severity.made === undefined ? {} : { severity: severity.made }),
      ...(audit.made.length === 0 ? {} : { auditCopies: audit.made }),
      ...(share.made === undefined ? {} : { share: share.made }),
    },
  };
};
