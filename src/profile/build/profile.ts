import type { Profile } from '../../domain/profile.ts';
import type { MapNode } from '../tree.ts';
import { buildAudit } from './audit.ts';
import { buildAuthority } from './authority.ts';
import { buildChecklists } from './checklists.ts';
import type { Built, Context } from './context.ts';
import { buildEscalation } from './escalation.ts';
import { buildGuard } from './guard.ts';
import { buildHead } from './head.ts';
import { buildContacts, buildLimits, buildLinks } from './lists.ts';
import { buildLogs } from './logs.ts';
import { buildReview, buildZone } from './review.ts';
import { buildRunbooks, knownNames } from './runbooks.ts';
import { buildSeverity } from './severity.ts';
import { buildShare } from './share.ts';
import { buildSignals } from './signals.ts';
import { buildSources, stricterSources } from './sources.ts';

/** A resolved tree → a profile, with everything that is wrong about it. */
export const buildProfile = (tree: MapNode, context: Context): Built<Profile> => {
  const head = buildHead(tree, context);
  const sources = buildSources(tree, context);
  const signals = buildSignals(tree, sources.made, context);
  const ids = signals.made.map((signal) => signal.id);
  const known = knownNames(sources.made, context, ids);
  const runbooks = buildRunbooks(tree, sources.made, known, context);
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
  const escalation = buildEscalation(
    tree,
    contacts.made.map(({ id }) => id),
  );
  const checklists = buildChecklists(tree, sources.made, known, runbookIds);
  const review = buildReview(tree);
  const zone = buildZone(tree);
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
    escalation,
    checklists,
    review,
    zone,
  ];
  return {
    complaints: [
      ...parts.flatMap((part) => part.complaints),
      ...stricterSources(sources.made, head.made.tier),
    ],
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
      ...(escalation.made.length === 0 ? {} : { escalation: escalation.made }),
      ...(checklists.made.length === 0 ? {} : { checklists: checklists.made }),
      ...(review.made === undefined ? {} : { review: review.made }),
      ...(zone.made === undefined ? {} : { zone: zone.made }),
      guard: guard.made,
      ...(authority.made === undefined ? {} : { authority: authority.made }),
      ...(severity.made === undefined ? {} : { severity: severity.made }),
      ...(audit.made.length === 0 ? {} : { auditCopies: audit.made }),
      ...(share.made === undefined ? {} : { share: share.made }),
    },
  };
};
