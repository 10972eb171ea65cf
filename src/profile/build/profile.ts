import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type {
  Checklist,
  Profile,
  ProfileReview,
  ShareNames,
  StateDatabaseSpec,
} from '../../domain/profile/profile.ts';
import type { AuditCopy, AuthorityLevel } from '../../domain/runbooks/guard.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { checkReading, type KnownNames } from '../../runs/runbooks/check.ts';
import { checkNode, definite } from '../document/check.ts';
import { errorAt } from '../document/diagnostics.ts';
import type { MapNode } from '../document/tree.ts';
import { childOf, nearestNode, parsePath, textAt, type YamlNode } from '../document/tree.ts';
import { zChecklist } from '../shape/checklist.ts';
import { zAudit, zAuthorityLevel, zReview, zSchedule, zShare, zState } from '../shape/sections.ts';
import { approvalDiagnostics } from './approvals.ts';
import type { BuildContext, BuildResult, BuiltSource } from './context.ts';
import { duplicates, gapProblem, gapWarnings, mapItems } from './context.ts';
import { buildDependencies } from './dependencies.ts';
import { factWarnings } from './fact-warnings.ts';
import { buildGuard, unknownRunbook, unknownRunbooks } from './guard.ts';
import { buildHead } from './head.ts';
import { hiddenPartsWarnings } from './hidden-parts.ts';
import { buildIncident } from './incident.ts';
import { likelyMistakes } from './likely-mistakes.ts';
import { buildContacts, buildEscalation, buildLimits, buildLinks, buildList } from './lists.ts';
import { buildLogs } from './logs.ts';
import { outsideArgumentDiagnostics } from './outside-arguments.ts';
import { buildPlugins, forgivingKinds, withPlugins } from './plugins.ts';
import { buildRunbookPlaces } from './runbook-places.ts';
import { buildRunbooks, knownNames } from './runbooks.ts';
import { buildSentence } from './sentence.ts';
import { settingPositions } from './setting-positions.ts';
import { buildSeverity } from './severity.ts';
import { buildSignals } from './signals.ts';
import { buildSources, stricterSources } from './sources.ts';
import { stepDiagnostics } from './steps.ts';

const itemsOf = (node: MapNode): readonly YamlNode[] => {
  const list = childOf(node, 'items');
  return list?.is === 'list' ? list.items : [];
};

/** Checks that the objects an item names exist and are read-only. */
const itemDiagnostics = (
  node: MapNode,
  label: string,
  known: KnownNames,
  sources: readonly BuiltSource[],
): readonly Diagnostic[] => {
  const items = itemsOf(node);
  const steps = items.map((item) => definite({ that: textAt(item, 'that'), use: textAt(item, 'use') }));
  const named = checkReading('items', steps, known)
    .map((runbookDiagnostic) => ({
      ...runbookDiagnostic,
      node: nearestNode(node, parsePath(runbookDiagnostic.path)),
    }))
    .filter((entry) => entry.node.is !== 'scalar' || entry.node.gaps === undefined)
    .map((entry) => errorAt(entry.node.position, `${label} ${entry.path}: ${entry.what}`, entry.todo));
  const maps = items.filter((item) => item.is === 'map');
  return [
    ...named,
    ...stepDiagnostics(node, label, sources, ['items']),
    ...duplicates(maps, 'id', `${label} item`),
  ];
};

/** Reports runbooks whose checklist does not exist. */
const unknownChecklists = (tree: MapNode, lists: readonly Checklist[]): readonly Diagnostic[] => {
  const ids = lists.map(({ id }) => id);
  return mapItems(tree, 'runbooks').maps.flatMap((node) => {
    const named = childOf(node, 'checklist');
    const id = textAt(node, 'checklist');
    if (named === undefined || id === undefined || ids.includes(id)) return [];
    const todo = ids.length === 0 ? 'add the checklist under checklists' : `write one of ${ids.join(', ')}`;
    return [
      errorAt(named.position, `runbook ${textAt(node, 'id') ?? ''}: no checklist is called ${id}`, todo),
    ];
  });
};

/** Adds to each list the runbooks that it gates. */
const withGates = (lists: readonly Checklist[], runbooks: readonly Runbook[]): readonly Checklist[] =>
  lists.map((list) => {
    const gates = runbooks.filter(({ checklist }) => checklist === list.id).map(({ id }) => id);
    return gates.length === 0 ? list : { ...list, gates };
  });

/** Builds the checklists: names must exist, expressions must parse, and operations must be read-only. */
const buildChecklists = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  known: KnownNames,
  runbooks: readonly string[],
): BuildResult<readonly Checklist[]> => {
  const { made, diagnostics } = buildList(tree, 'checklists', zChecklist(), 'id', 'checklist');
  const named = mapItems(tree, 'checklists').maps.flatMap((node) => {
    const label = `checklist ${textAt(node, 'id') ?? ''}`;
    return [
      ...[node, ...itemsOf(node)].flatMap((yamlNode) =>
        unknownRunbook(childOf(yamlNode, 'runbook'), label, runbooks),
      ),
      ...itemDiagnostics(node, label, known, sources),
    ];
  });
  return {
    made: made.map(({ title, items, schedule, ...rest }) =>
      definite({
        ...rest,
        schedule: schedule === undefined ? undefined : definite(schedule),
        title: title ?? rest.id,
        items: items.map(({ expect, ...item }) =>
          definite({ ...item, expect: expect === undefined ? undefined : definite(expect) }),
        ),
      }),
    ),
    diagnostics: [...diagnostics, ...named],
  };
};

const buildReview = (tree: MapNode): BuildResult<ProfileReview | undefined> => {
  const node = childOf(tree, 'review');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zReview(), node, { under: ['review'] });
  return {
    made: value === undefined || gaps.length > 0 ? undefined : definite(value),
    diagnostics: [...diagnostics, ...gapWarnings(gaps, 'opsdeck cannot remind you of the next review')],
  };
};

/** Returns the time zone of this system's dates; undefined: that of this machine. */
const buildZone = (tree: MapNode): BuildResult<string | undefined> => {
  const node = childOf(tree, 'schedule');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zSchedule(), node, { under: ['schedule'] });
  return {
    made: gaps.length > 0 ? undefined : value?.tz,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'opsdeck uses the time zone of this machine for dates'),
    ],
  };
};

/**
 * Returns what share mode masks and leaves; undefined when the profile does not set it. A word without a value is a
 * warning.
 */
const buildShare = (tree: MapNode): BuildResult<ShareNames | undefined> => {
  const node = childOf(tree, 'share');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zShare(), node, { under: ['share'] });
  return {
    made: value,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'share mode cannot mask this word, which stays visible'),
    ],
  };
};

/**
 * Returns the authority levels, lowest first; undefined when the profile has none. A level without a value is skipped
 * with a warning, and the others stay: whoever is then on no level may only read.
 */
const buildAuthority = (
  tree: MapNode,
  runbooks: readonly string[],
): BuildResult<readonly AuthorityLevel[] | undefined> => {
  if (childOf(tree, 'authority') === undefined) return { made: undefined, diagnostics: [] };
  const { made, diagnostics } = buildList(tree, 'authority', zAuthorityLevel(), 'id', 'authority level');
  const unknownRunbookNames = mapItems(tree, 'authority').maps.flatMap((node) =>
    unknownRunbooks(node, 'also', `authority ${textAt(node, 'id') ?? ''}`, runbooks),
  );
  return {
    made: made.map(({ id, title, who, may, also }) => ({ id, title: title ?? id, who, may, also })),
    diagnostics: [...diagnostics, ...unknownRunbookNames],
  };
};

/**
 * Returns the targets for copies of the ledger. Empty when the profile has none, or a reference has no value (a
 * warning).
 */
const buildAudit = (tree: MapNode): BuildResult<readonly AuditCopy[]> => {
  const node = childOf(tree, 'audit');
  if (node === undefined) return { made: [], diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zAudit(), node, { under: ['audit'] });
  return {
    made: value === undefined || gaps.length > 0 ? [] : value.copy,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'opsdeck copies no records of the ledger to this target'),
    ],
  };
};

/** Returns the shared database; undefined when the profile has none. Without its value nothing may be changed. */
const buildState = (tree: MapNode, now: Millis): BuildResult<StateDatabaseSpec | undefined> => {
  const node = childOf(tree, 'state');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zState(), node, { under: ['state'] });
  const problem = gapProblem('state', gaps, diagnostics, now);
  return {
    made: value === undefined || problem !== undefined ? { problem: problem?.message ?? 'invalid' } : value,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'opsdeck permits no change in this environment until the state database is known'),
    ],
  };
};

/** Sections of a profile that diagnostics compare with each other. */
interface ComparedSections {
  readonly head: ReturnType<typeof buildHead>['made'];
  readonly plugins: ReturnType<typeof buildPlugins>['made'];
  readonly sources: ReturnType<typeof buildSources>['made'];
  readonly signals: ReturnType<typeof buildSignals>['made'];
  readonly runbooks: ReturnType<typeof buildRunbooks>['made'];
  readonly guard: ReturnType<typeof buildGuard>['made'];
  readonly checklists: ReturnType<typeof buildChecklists>['made'];
}

/** The diagnostics that no section has by itself. */
const diagnosticsOfAll = (
  tree: MapNode,
  context: BuildContext,
  { head, plugins, sources, signals, runbooks, guard, checklists }: ComparedSections,
): readonly Diagnostic[] => [
  ...stricterSources(sources, head.tier),
  ...unknownChecklists(tree, checklists),
  ...outsideArgumentDiagnostics(tree),
  ...likelyMistakes(tree, head.tier, context.modules),
  ...approvalDiagnostics(tree, head.tier, guard),
  ...hiddenPartsWarnings(tree, signals, runbooks, sources),
  ...factWarnings(tree, sources, {
    hasOtherEnvironments: head.across.some((env) => env !== head.env),
    hasPlugins: plugins.names.length > 0,
  }),
];

/** Builds a profile from a resolved tree, with all diagnostics about it. */
export const buildProfile = (tree: MapNode, outer: BuildContext): BuildResult<Profile> => {
  const plugins = buildPlugins(tree, outer);
  const context = withPlugins(outer, plugins.made);
  const head = buildHead(tree, context);
  const sources = buildSources(tree, context);
  const signals = buildSignals(tree, sources.made, context);
  const ids = signals.made.map((signal) => signal.id);
  const known = knownNames(sources.made, context, ids);
  const runbooks = buildRunbooks(tree, sources.made, known, signals.made, context);
  const places = buildRunbookPlaces(tree);
  const runbookIds = runbooks.made.map((runbook) => runbook.id);
  const guard = buildGuard(tree, head.made.tier, runbookIds);
  const authority = buildAuthority(tree, runbookIds);
  const severity = buildSeverity(tree, signals.made, runbookIds);
  const share = buildShare(tree);
  const limits = buildLimits(tree);
  const logs = buildLogs(tree, sources.made);
  const audit = buildAudit(tree);
  const state = buildState(tree, context.now);
  const contacts = buildContacts(tree);
  const links = buildLinks(tree);
  const contactIds = contacts.made.map(({ id }) => id);
  const escalation = buildEscalation(tree, contactIds);
  const checklists = buildChecklists(tree, sources.made, known, runbookIds);
  const entries = sources.made.map((source) => source.entry);
  const incident = buildIncident(tree, entries);
  const review = buildReview(tree);
  const zone = buildZone(tree);
  const dependencies = buildDependencies(tree);
  const sentence = buildSentence(tree);
  const parts: readonly BuildResult<unknown>[] = [
    head,
    plugins,
    sources,
    signals,
    limits,
    logs,
    runbooks,
    places,
    guard,
    authority,
    severity,
    share,
    audit,
    state,
    contacts,
    links,
    escalation,
    incident,
    checklists,
    review,
    zone,
    dependencies,
    sentence,
  ];
  const own = parts.flatMap((part) => part.diagnostics);
  return {
    diagnostics: [
      ...forgivingKinds(own, plugins.made),
      ...diagnosticsOfAll(tree, context, {
        head: head.made,
        plugins: plugins.made,
        sources: sources.made,
        signals: signals.made,
        runbooks: runbooks.made,
        guard: guard.made,
        checklists: checklists.made,
      }),
    ],
    made: {
      ...head.made,
      file: context.file,
      ...(plugins.made.names.length === 0 ? {} : { plugins: plugins.made.names }),
      sources: entries,
      signals: signals.made,
      limits: limits.made.limits,
      ...(Object.keys(limits.made.positions).length === 0 ? {} : { limitPositions: limits.made.positions }),
      logViews: logs.made.views,
      ...defined({ logs: logs.made.settings }),
      runbooks: runbooks.made,
      ...(places.made.length === 0 ? {} : { runbookPlaces: places.made }),
      contacts: contacts.made,
      links: links.made,
      ...(escalation.made.length === 0 ? {} : { escalation: escalation.made }),
      ...(checklists.made.length === 0 ? {} : { checklists: withGates(checklists.made, runbooks.made) }),
      ...defined({ incident: incident.made, review: review.made, zone: zone.made }),
      guard: guard.made,
      settingPositions: settingPositions(tree),
      ...defined({ authority: authority.made, severity: severity.made }),
      ...(audit.made.length === 0 ? {} : { auditCopies: audit.made }),
      ...defined({
        state: state.made,
        share: share.made,
        dependencies: dependencies.made,
        sentence: sentence.made,
      }),
    },
  };
};
