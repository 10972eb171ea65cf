import { callText, type PlannedCall } from '../../../domain/runbooks/operation.ts';
import { withParamValues } from '../../../domain/runbooks/runbook.ts';
import {
  accountsOf,
  accountText,
  type PlannedStep,
  type Proposal,
  type SystemAccount,
} from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth } from '../../kit/components/card.ts';
import { columnsEntry } from '../../kit/components/card-columns.ts';
import type { CardEntry, CardZone } from '../../kit/components/card-zones.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { isNameTyped } from './confirmation.ts';
import { wordedRows } from './marked-rows.ts';
import { paramsText } from './param-lines.ts';
import { typedCommands } from './typed-commands.ts';

/** '{"updateState":"CLOSE"}' as 'updateState CLOSE'; undefined for any other body. */
const flatBody = (body: string): string | undefined => {
  const [, name, value] = /^\{"([\w.-]+)":(?:"([^"\\{}]*)")\}$/.exec(body) ?? [];
  return name === undefined ? undefined : `${name} ${value ?? ''}`;
};

/** The path of a request, without its scheme: '127.0.0.1:4614/admin/restart'; of several hosts the shared end of it. */
const briefLine = (lines: readonly string[]): string => {
  const [first = ''] = lines;
  if (lines.length === 1) return first.replace(/^([A-Z]+) https?:\/\//, '$1 ');
  const [, method, path] = /^([A-Z]+) https?:\/\/[^/]+(\/\S*)$/.exec(first) ?? [];
  if (method === undefined || path === undefined) return first;
  const end = /\/[^/]+\/[^/]+$/.exec(path)?.[0] ?? path;
  return `${method} …${end}`;
};

/** '2 × POST …/circuitbreakers/psp updateState CLOSE': the calls of a step in one row; `tab` shows each of them. */
export const briefCalls = (calls: readonly PlannedCall[]): string => {
  const [first] = calls;
  if (first === undefined) return '';
  if (first.command !== undefined)
    return calls.length === 1 ? first.command : `${calls.length} × ${first.command}`;
  const body = first.body === undefined ? '' : ` ${flatBody(first.body) ?? first.body}`;
  const count = calls.length === 1 ? '' : `${calls.length} × `;
  return `${count}${briefLine(calls.map(({ line }) => line))}${body}`;
};

/** The equivalent command line, and the exact call. */
const callTexts = (call: PlannedCall): readonly string[] => {
  const { command, ...exact } = call;
  return command === undefined ? [callText(call)] : [command, `as ${callText(exact)}`];
};

const numberOf = (view: RenderContext, nth: number): StyledLine => [
  view.pen.run(`${nth}`.padEnd(3), 'faint'),
];

const stepEntry = (view: RenderContext, step: PlannedStep, nth: number, all: boolean): CardEntry => {
  const { pen } = view;
  const calls = step.plan?.calls ?? [];
  const inset = numberOf(view, nth);
  const right = step.manual ? 'manual step' : all ? '' : briefCalls(calls);
  const exact = all
    ? calls
        .flatMap(callTexts)
        .flatMap((text) => pen.wrap(text, cardInnerWidth(view) - 3))
        .map((text): StyledLine => [pen.run(`   ${text}`)])
    : [];
  return { rows: [...columnsEntry(view, { mark: inset, left: step.title, right }), ...exact] };
};

const loopWords = (steps: readonly PlannedStep[]): readonly string[] =>
  steps.flatMap(({ each }, index) => {
    if (each?.nth !== 1 || each.of === 1) return [];
    const pause = steps[index + 1]?.pauseMs;
    const apart = pause === undefined ? '' : `, ${formatDuration(pause)} apart`;
    return [`${each.of} in sequence${apart}. Stops at the first failure`];
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

/** The commands that a person would type, of calls that are shown as requests. */
export const shellCommands = (view: RenderContext, proposal: Proposal): readonly string[] => {
  const shown = new Set(
    proposal.steps.flatMap(({ plan }) => (plan?.calls ?? []).flatMap(({ command }) => command ?? [])),
  );
  return typedCommands(proposal, view.own?.facts.frame.sources).filter((command) => !shown.has(command));
};

const shellEntries = (view: RenderContext, run: RunView, proposal: Proposal): readonly CardEntry[] => {
  const commands = shellCommands(view, proposal);
  if (commands.length === 0) return [];
  const key = isNameTyped(view, run) ? 'ctrl-y' : 'Y';
  return [...commands, `${key} copies. Without the gates and checks of opsdeck`].map((text, index) => ({
    rows: wordedRows(view, [view.pen.run(index === 0 ? 'shell' : '', 'faint')], text),
  }));
};

/** An account, with an alias for its name in share mode. */
export const shownAccount = ({ pen }: RenderContext, { source, account }: SystemAccount): string =>
  accountText({ source, account: pen.maskField(account, 'user') });

/** The accounts as which the systems know the login. */
const accountEntries = (view: RenderContext, proposal: Proposal): readonly CardEntry[] =>
  accountsOf(proposal).map((each, index) => ({
    rows: wordedRows(view, [view.pen.run(index === 0 ? 'login' : '', 'faint')], shownAccount(view, each)),
  }));

const noteOf = ({ steps, undoes }: Proposal): string => {
  const calls = steps.reduce((sum, { plan }) => sum + (plan?.calls.length ?? 0), 0);
  const order = calls > 1 ? ', in this order' : '';
  return `${pluralize(calls, 'call')}${order}${undoes === undefined ? '' : ' · restores the previous state'}`;
};

/** The zone of the steps with their calls. `all`: every call complete, and the commands that a person would type. */
export const willDoZone = (view: RenderContext, run: RunView, proposal: Proposal, all: boolean): CardZone => {
  const { pen } = view;
  const params = paramsText(view, run, proposal);
  return {
    title: 'Will do',
    note: noteOf(proposal),
    entries: [
      ...(params === undefined
        ? []
        : [{ rows: wordedRows(view, [pen.run('params', 'faint')], params), isKept: true }]),
      ...proposal.steps.map((step, index) => ({
        ...stepEntry(view, step, index + 1, all),
        isKept: index === 0,
      })),
      ...paceWords(proposal).map((text, index) => ({
        rows: wordedRows(view, [pen.run(index === 0 ? 'steps' : '', 'faint')], text),
      })),
      ...(all ? [...accountEntries(view, proposal), ...shellEntries(view, run, proposal)] : []),
    ],
  };
};
