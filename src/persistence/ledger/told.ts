import type { GateCheck, Proposal } from '../../domain/proposal.ts';
import type { Diagnosed, RunEvent } from '../../domain/run.ts';
import { code, listed } from './markdown.ts';

const words = (ending: string): string => ending.replaceAll('-', ' ').toUpperCase();

const planned = ({ danger, steps, override }: Proposal): string => {
  const calls = steps.flatMap((step) => step.plan?.calls.map(({ line, command }) => command ?? line) ?? []);
  const broken = override === undefined ? '' : `; breaks a freeze: ${code(override)}`;
  return `planned, ${danger}${calls.length === 0 ? '' : `: ${listed(calls)}`}${broken}`;
};

const diagnosed = ({ title, lines, faults, done }: Diagnosed): string => {
  const blind =
    faults.length === 0 ? '' : `; could not be seen: ${listed(faults.map(({ message }) => message))}`;
  return `looked at ${code(title)}${done ? '' : ' (not to its end)'}: ${code(lines.join(' · '))}${blind}`;
};

const checked = ({ what, ok, why }: GateCheck): string =>
  `${what} ${ok === 'unknown' ? 'unknown' : ok ? 'ok' : 'no'}: ${code(why)}`;

const gated = (event: Extract<RunEvent, { event: 'gated' }>): string | undefined => {
  const checks = event.checks ?? [];
  const looked = checks.map(checked).join('; ');
  if (!event.passed) return `refused: ${code(event.why)}${looked === '' ? '' : `; ${looked}`}`;
  return looked === '' ? undefined : `gates passed; ${looked}`;
};

const confirmed = ({ names, armed }: Extract<RunEvent, { event: 'confirmed' }>): string => {
  const said = names.length === 0 ? 'no confirmation asked' : `confirmed ${listed(names)}`;
  return armed === undefined ? said : `${said}, armed: ${code(armed)}`;
};

const proved = ({ proofs }: Extract<RunEvent, { event: 'before' | 'verifying' }>): string | undefined =>
  proofs.length === 0
    ? undefined
    : proofs.map(({ title, value, why }) => `${code(title)} ${value}: ${code(why)}`).join('; ');

const login = ({ source, why, argv }: Extract<RunEvent, { event: 'login' }>): string =>
  `a login to ${code(source)} has expired: ${code(why)}${argv === undefined ? '' : `; renewed by ${code(argv.join(' '))}`}`;

const ended = ({ ending, why, sent }: Extract<RunEvent, { event: 'ended' }>): string =>
  `**${words(ending)}**: ${code(why)}${sent.length === 0 ? '' : `; sent: ${listed(sent)}`}`;

/** One event in a line of Markdown; undefined for those that only a screen needs. */
export const told = (event: RunEvent): string | undefined => {
  switch (event.event) {
    case 'planned':
      return planned(event.proposal);
    case 'diagnosed':
      return diagnosed(event.found);
    case 'gated':
      return gated(event);
    case 'confirmed':
      return confirmed(event);
    case 'window':
    case 'paused':
      return undefined;
    case 'watching':
      return event.blind && `watched, and cannot be seen: ${code(event.blind)}`;
    case 'acting':
      return `sends ${code(event.title)}`;
    case 'output':
      return `output ${code(event.text)}`;
    case 'acted':
      return `${event.ok ? 'acted' : '**did not succeed**'}: ${code(event.result)}`;
    case 'ticking':
      return `${event.ask === true ? 'asks whether to go on with' : 'waits for'} ${code(event.title)}`;
    case 'ticked':
      if (event.ask === true) return event.done ? 'goes on' : 'stops here';
      return event.done ? 'ticked' : 'not ticked';
    case 'before': {
      const stood = proved(event);
      return stood && `before the act: ${stood}`;
    }
    case 'verifying':
      return proved(event);
    case 'login':
      return login(event);
    case 'renewed':
      return event.ok ? `logged in again to ${code(event.source)}` : `not logged in: ${code(event.why)}`;
    case 'noted':
      return `note: ${code(event.text)}`;
    case 'relapsed':
      return `**RELAPSED**: ${code(event.why)}`;
    case 'watched':
      return event.held ? `held: ${code(event.why)}` : `no longer watched: ${code(event.why)}`;
    case 'ended':
      return ended(event);
  }
};
