import { defined } from '../base/defined.ts';
import type { SensitiveKind } from './recognizers.ts';

/** Common host and account names, and opsdeck's name for sources behind another source. */
const commonNames = 'localhost via unix stdin stdout null none nil root nobody opsdeck'; // words: quoted: an account

/**
 * Words of the UI itself: states, kinds, levels, column headers. A user called 'app' or 'open' is recognized by
 * context.
 */
const uiWords = `
  ok warn crit unknown up down degraded stale denied
  closed open half-open forced-open disabled metrics-only gaining steady falling-behind stalled stopped
  firing acknowledged pending silenced inhibited active idle waiting running ready failed succeeded
  pod deployment statefulset daemonset job application kustomization helmrelease release node container service unit process host hosts cluster user users
  hikari postgres postgresql mongodb go-sql redis kafka docker kubernetes prometheus alertmanager actuator http script file
  sqs dlq topic collection health breakers lag pools workloads alerts sessions queues oncalls dashboards grafana pagerduty ci
  local dev staging production test read safe disruptive destructive
  app api db web main default data name kind level state status source error info debug trace fatal
`;

/** Words that are never masked, because they do not identify a system. In lower case. */
export const isUnmaskedWord: readonly string[] = `${commonNames} ${uiWords}`.trim().split(/\s+/);

/** The words that a profile requires to be masked or left unmasked. */
export interface MaskWords {
  /** Names with their class. Numeric addresses are not included: their form identifies them. */
  readonly names: readonly { readonly text: string; readonly is: SensitiveKind }[];
  /** Names of services, sources and environments: the output would be useless without them. */
  readonly stays: readonly string[];
  /** `share: { names }`: masked even if they are names of services. */
  readonly listed: readonly string[];
  /** `share: { allow }`: never masked. */
  readonly allowed: readonly string[];
}

/** Splits an address: 'deploy@vm-3:22' → user and host, without the port. '[::1]:443' has no name. */
export const splitAddress = (text: string): { readonly user?: string; readonly host?: string } => {
  const [, user, bracketed, plain] =
    /^(?:([^\s@/:]+)(?::[^\s@]*)?@)?(?:\[([^\]]+)\]|([^\s@:/,]+))(?::\d{1,5})?\/?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  return {
    ...defined({ user, host }),
  };
};
