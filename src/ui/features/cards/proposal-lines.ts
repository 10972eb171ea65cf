import { callText, type Plan, type PlannedCall } from '../../../domain/runbooks/operation.ts';
import { withParamValues, withReadableTitles } from '../../../domain/runbooks/runbook.ts';
import type { BlastRadius, GateCheck, PlannedStep, Proposal } from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatClockTime, formatCount } from '../../../domain/text/format.ts';
import { isOverridable } from '../../../runs/policy/ruling.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  cardEventLine,
  cardInnerWidth,
  cardLabelWidth,
  labeledLine,
  labeledList,
  truncateList,
} from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { isNameTyped } from './confirmation.ts';
import { previewNotesLines } from './notes-lines.ts';
import { paramLines } from './param-lines.ts';
import { typedCommands } from './typed-commands.ts';

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

const checkLines = (
  view: RenderContext,
  check: GateCheck,
  label: string,
  mayOverride: boolean,
): readonly StyledLine[] => {
  const { glyph, role } = checkStyle(check);
  const remedy = check.ok === true || check.remedy === undefined ? '' : ` · ${flagsToKeys(check.remedy)}`;
  const key = mayOverride && breakable(check) ? ' · O overrides' : '';
  return cardEventLine(view, label, {
    mark: view.pen.glyph(glyph, role),
    text: `${textOf(check)}${remedy}${key}`,
    role: check.ok === true ? 'plain' : role,
  });
};

/** Passed checks share one line, permission first; `all` gives each its own line. */
const fine = (view: RenderContext, checks: readonly GateCheck[], all: boolean): readonly StyledLine[] => {
  const { pen } = view;
  if (all) return checks.flatMap((check) => checkLines(view, check, 'gate', false));
  const first = checks.find(({ what }) => what === 'permission') ?? checks[0];
  if (first === undefined) return [];
  const others = checks.flatMap((check) => (check === first ? [] : [check.what]));
  const rest = others.length === 0 ? '' : ` · ${others.join(', ')}`;
  const room = cardInnerWidth(view) - cardLabelWidth - 3 - widthOf(rest);
  return [
    labeledLine(pen, 'gate', [pen.glyph('ok', 'ok'), pen.run(`  ${pen.cut(textOf(first), room)}${rest}`)]),
  ];
};

/** Gate checks, failed ones first, and the reason of an override. */
export const gateCheckLines = (
  view: RenderContext,
  proposal: Proposal,
  all: boolean,
): readonly StyledLine[] => {
  const { checks = [], override, outage } = proposal;
  const reasons = [...new Set([override, outage].filter((reason) => reason !== undefined))];
  const may = overridableChecks(proposal).length > 0;
  return [
    ...checks.filter(({ ok }) => ok !== true).flatMap((check) => checkLines(view, check, 'gate', may)),
    ...fine(
      view,
      checks.filter(({ ok }) => ok === true),
      all,
    ),
    ...labeledList(view, 'override', reasons, { all: true, role: 'warn' }),
  ];
};

const knownOf = ({
  objects,
  share,
  otherShares = [],
  connections,
  requestsPerSecond,
  lowerBounds = [],
}: BlastRadius): readonly string[] => [
  pluralize(objects, 'object'),
  ...[share ?? [], otherShares]
    .flat()
    .map(({ part, whole, of }) => `${formatCount(part)} of ${formatCount(whole)} ${of}`),
  ...(connections === undefined
    ? []
    : [`${lowerBounds.includes('connections') ? '≥' : ''}${pluralize(connections, 'live connection')}`]),
  ...(requestsPerSecond === undefined
    ? []
    : [
        `${lowerBounds.includes('requestsPerSecond') ? '≥' : ''}${formatCount(Math.round(requestsPerSecond * 10) / 10)} requests/s`,
      ]),
];

/** Names of the unknown figures. Unknown is not 0. */
const unknownOf = ({ share, connections, requestsPerSecond }: BlastRadius): readonly string[] => [
  ...(share === undefined ? ['share'] : []),
  ...(connections === undefined ? ['connections'] : []),
  ...(requestsPerSecond === undefined ? ['requests/s'] : []),
];

/** 'impact   2 objects · 3 of 20 connections · unknown: requests/s': the blast radius, shown before confirmation. */
const reachLines = (view: RenderContext, { blast, steps }: Proposal): readonly StyledLine[] => {
  const { pen } = view;
  if (steps.every(({ plan }) => plan === undefined)) return [];
  if (blast === undefined) return [labeledLine(pen, 'impact', 'unknown', 'unknown')];
  const known = knownOf(blast).join(' · ');
  const unknown = unknownOf(blast);
  if (unknown.length === 0) return labeledList(view, 'impact', [known], { all: true });
  const words = `unknown: ${unknown.join(', ')}`;
  const beside = widthOf(`${known} · ${words}`) <= cardInnerWidth(view) - cardLabelWidth;
  return beside
    ? [labeledLine(pen, 'impact', [pen.run(`${known} · `), pen.run(words, 'unknown')])]
    : [
        ...labeledList(view, 'impact', [known], { all: true }),
        ...labeledList(view, '', [words], { all: true, role: 'unknown' }),
      ];
};

const loopWords = (steps: readonly PlannedStep[]): readonly string[] =>
  steps.flatMap(({ each }, index) => {
    if (each?.nth !== 1 || each.of === 1) return [];
    const pause = steps[index + 1]?.pauseMs;
    const apart = pause === undefined ? '' : `, ${formatDuration(pause)} apart`;
    return [`${each.of} in sequence${apart}; stops at the first failure`];
  });

/** Execution details: loops and pauses, questions, preconditions and step timeouts. */
const paceWords = ({ steps, params }: Proposal): readonly string[] => [
  ...loopWords(steps),
  ...steps.flatMap(({ ask, title }) => (ask === true ? [`asks to continue before: ${title}`] : [])),
  ...steps.flatMap(({ needs, title }) =>
    needs === undefined ? [] : [`only if ${withParamValues(needs, params)}: ${title}`],
  ),
  ...[...new Set(steps.flatMap(({ timeoutMs }) => timeoutMs ?? []))].map(
    (ms) => `step timeout ${formatDuration(ms)}`,
  ),
];

const plansOf = (proposal: Proposal): readonly Plan[] =>
  proposal.steps.flatMap((step) => (step.plan === undefined ? [] : [step.plan]));

/**
 * 'billing 2/3 ready, https://…/billing, pinned 10:15:31'. Without room for all of it, the short form leaves out when the target
 * was pinned: the address tells it from others.
 */
const targetsOf = (
  { pen, wallOffset, columns }: RenderContext,
  proposal: Proposal,
  isShort: boolean,
): readonly string[] => {
  const room = cardInnerWidth({ columns }) - cardLabelWidth;
  return plansOf(proposal)
    .flatMap((plan) => plan.targets)
    .map(({ name, where, saw }) => {
      const target = `${name} ${saw}${where === '' || where === name ? '' : `, ${where}`}`;
      const whole = `${target}, pinned ${formatClockTime(proposal.plannedAt + wallOffset)}`;
      return isShort && widthOf(pen.maskText(whole)) > room ? target : whole;
    });
};

/** Aliases of this card's objects on the rest of a shared screen. */
const aliasesOf = ({ pen }: RenderContext, { names }: Proposal): readonly string[] =>
  names.flatMap((name) => {
    const alias = pen.aliasOf(name);
    return alias === name ? [] : [`${name} is shown as ${alias} elsewhere on this screen`];
  });

/** The equivalent command line, and with `all` also the exact call. */
const callTexts = (call: PlannedCall, all: boolean): readonly string[] => {
  const { command, ...exact } = call;
  return all && command !== undefined ? [command, `as ${callText(exact)}`] : [callText(call)];
};

const verificationLines = (view: RenderContext, run: RunView, all: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const { verify } = run.runbook;
  if (run.proposal?.undoes !== undefined)
    return [labeledLine(pen, 'verify', 'the restored objects must match their previous state')];
  if (verify === 'none') return [labeledLine(pen, 'verify', 'not required', 'faint')];
  if (verify.length === 0)
    return [labeledLine(pen, 'verify', 'none defined: this run cannot end as RECOVERED', 'warn')];
  const checks = withReadableTitles(verify, run.params).map(
    ({ title, withinMs }) => `${title}, within ${formatDuration(withinMs)}`,
  );
  return labeledList(view, 'verify', checks, { all });
};

/** Losses are never cut, because they are irreversible. */
const lostLines = (
  view: RenderContext,
  { undoes }: Proposal,
  lost: readonly string[],
): readonly StyledLine[] => {
  const label = undoes === undefined ? 'lost' : 'remains';
  return lost.length === 0
    ? [labeledLine(view.pen, label, 'nothing', 'faint')]
    : labeledList(view, label, lost, { all: true, role: 'warn' });
};

/** Screens with fewer rows show the commands only in the full card: target, impact and gates come first. */
const shellRows = 30;

/** Commands shown in short form, one a line. Of more, only the first is shown: they differ in little but the object. */
const commandsShown = 3;

/**
 * The commands that a person would type, of calls that are shown as requests, with the key that copies all of them. The
 * short form leaves the room to the results of the checks.
 */
const shellLines = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  all: boolean,
): readonly StyledLine[] => {
  const shown = new Set(
    plansOf(proposal).flatMap(({ calls }) => calls.flatMap(({ command }) => command ?? [])),
  );
  const commands = typedCommands(proposal, view.own?.facts.frame.sources).filter(
    (typedCommand) => !shown.has(typedCommand),
  );
  if (commands.length === 0 || (!all && view.rows < shellRows)) return [];
  const key = isNameTyped(view, run) ? 'ctrl-y' : 'Y';
  if (all)
    return labeledList(
      view,
      'shell',
      [...commands, `${key} copies; without the gates and checks of opsdeck`],
      {
        all,
      },
    );
  const isLong = truncateList(commands, commandsShown).length < commands.length;
  const hint = isLong ? ` · ${commands.length - 1} more · ${key} copies all` : ` · ${key} copies`;
  const room = cardInnerWidth(view) - cardLabelWidth;
  const rows = commands
    .slice(0, isLong ? 1 : commands.length)
    .map((command, index) =>
      index === 0
        ? view.pen.cutInside(command, room - widthOf(hint)) + hint
        : view.pen.cutInside(command, room),
    );
  return labeledList(view, 'shell', rows, { all });
};

/** Changed values shown in short form. */
const changesShown = 3;

/** Values before and after. They are not cut: what matters in an image is its end. */
const changedValueLines = (
  view: RenderContext,
  changes: readonly string[],
  all: boolean,
): readonly StyledLine[] => {
  const shown = all ? changes : changes.slice(0, changesShown);
  const more = changes.length - shown.length;
  const rest = more === 0 ? [] : [`${more} more · tab shows all`];
  return labeledList(view, 'changes', [...shown, ...rest], { all: true });
};

/** Renders a proposal, most important first: target, calls, impact, gates, losses, undo, verification and objects. */
export const renderProposal = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  all: boolean,
): readonly StyledLine[] => {
  const plans = plansOf(proposal);
  const undo = proposal.steps.flatMap((step) => (step.undo ?? []).map(({ title }) => title));
  const list = (label: string, entries: readonly string[]): readonly StyledLine[] =>
    labeledList(view, label, entries, { all });
  const callLine = (text: string): string =>
    all ? text : view.pen.cutInside(text, cardInnerWidth(view) - cardLabelWidth);
  return [
    ...(proposal.undoes === undefined
      ? []
      : list(
          'restores',
          proposal.steps.map(({ title }) => title),
        )),
    ...list('target', targetsOf(view, proposal, !all)),
    ...list('alias', aliasesOf(view, proposal)),
    ...paramLines(view, run, proposal, all),
    ...changedValueLines(
      view,
      plans.flatMap((plan) => plan.changes ?? []),
      all,
    ),
    ...previewNotesLines(view, run, proposal, all),
    ...list(
      'calls',
      plans
        .flatMap((plan) => plan.calls)
        .flatMap((call) => callTexts(call, all))
        .map(callLine),
    ),
    ...shellLines(view, run, proposal, all),
    ...reachLines(view, proposal),
    ...list('steps', paceWords(proposal)),
    ...gateCheckLines(view, proposal, all),
    ...list(
      'manual',
      proposal.steps.flatMap((step) => (step.manual ? [step.title] : [])),
    ),
    ...lostLines(view, proposal, [...new Set(plans.flatMap((plan) => plan.lost ?? []))]),
    ...list('undo', undo.length === 0 ? ['none'] : undo),
    ...verificationLines(view, run, all),
    ...list(
      'objects',
      plans.flatMap((plan) => plan.objects),
    ),
  ];
};
