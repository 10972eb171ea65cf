import type { SensitiveKind } from './recognizers.ts';

/** Everybody's machine and account, and the name of ours for what is reached through another source. */
const everybodys = 'localhost via unix stdin stdout null none nil root nobody opsdeck';

/** Words that the screen itself says: states, kinds, levels, heads of columns. A user called 'app' or 'open' is told by where it stands. */
const ours = `
  ok warn crit unknown up down degraded stale denied
  closed open half-open forced-open disabled metrics-only gaining steady falling-behind stalled stopped
  firing pending silenced inhibited active idle waiting running ready failed succeeded
  pod deployment statefulset daemonset job node container service unit process host hosts cluster user users
  hikari postgres postgresql mongodb go-sql redis kafka docker kubernetes prometheus alertmanager actuator http script file
  sqs dlq topic collection health breakers lag pools workloads alerts sessions queues ci
  local dev staging production test read safe disruptive destructive
  app api db web main default data name kind level state status source error info debug trace fatal
`;

/** Words that are never masked, as they say nothing about whose system this is. In small letters. */
export const isUnmaskedWord: readonly string[] = `${everybodys} ${ours}`.trim().split(/\s+/);

/** What a profile says for certain about what has to be masked, and what must not be. */
export interface MaskWords {
  /** Names by what they are. An address of numbers is not among them: its form says what it is. */
  readonly names: readonly { readonly text: string; readonly is: SensitiveKind }[];
  /** Names of services, sources and environments: without them nobody could follow. */
  readonly stays: readonly string[];
  /** `share: { names }`: masked although they may be names of services. */
  readonly listed: readonly string[];
  /** `share: { allow }`: never masked. */
  readonly allowed: readonly string[];
}

/** 'deploy@vm-3:22' → who, and where; the port is nobody's name. '[::1]:443' has no name. */
export const splitAddress = (text: string): { readonly user?: string; readonly host?: string } => {
  const [, user, bracketed, plain] =
    /^(?:([^\s@/:]+)(?::[^\s@]*)?@)?(?:\[([^\]]+)\]|([^\s@:/,]+))(?::\d{1,5})?\/?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  return {
    ...(user === undefined ? {} : { user }),
    ...(host === undefined ? {} : { host }),
  };
};
