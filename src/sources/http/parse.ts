import type { HealthStatus } from '../../kinds/health/fact.ts';
import { WireError } from '../../platform/failures.ts';
import type { HttpAnswer, TlsPeer } from '../../platform/network/http-messages.ts';
import { redirectTarget } from '../../platform/network/redirects.ts';
import { statusText } from '../../platform/network/status.ts';
import { type Expectation, unmet } from '../expectation.ts';
import { type Component, springHealth } from '../spring-health.ts';

/** What a check found, before it is a row. */
export interface Verdict {
  readonly status: HealthStatus;
  readonly detail: string;
  readonly components: readonly Component[];
}

/** Words by which a body says of itself that not all is well. */
const unwell = new Set(
  'degraded warn warning partial yellow out_of_service unhealthy down fail failed failing error red'.split(
    ' ',
  ),
);
const dayMs = 86_400_000;

/**
 * An HTTP answer against what a check expects. `degraded` is judged first; without `expect` a status of 200-399 is up,
 * unless the body's own `status` word says that not all is well. 401 and 403 are `unknown`: we were not let in.
 * Throws `malformed` when JSON was expected and something else came.
 */
export const judgeAnswer = (
  answer: HttpAnswer,
  expect: Expectation | undefined,
  degraded: Expectation | undefined,
): Verdict => {
  const health = springHealth(jsonOf(answer));
  const verdict = (status: HealthStatus, detail: string): Verdict => ({
    status,
    detail,
    components: health?.components ?? [],
  });
  if (degraded !== undefined && met(degraded, answer))
    return verdict('degraded', saidBy(health, `answered ${statusText(answer.status)}: degraded`));
  if (expect?.status === undefined && (answer.status === 401 || answer.status === 403))
    return verdict('unknown', `not let in: answered ${statusText(answer.status)}`);
  const problem = unmet(withStatus(expect), answer);
  if (problem !== undefined)
    return verdict('down', health?.detail ? `${problem}; ${health.detail}` : problem);
  const saysOtherwise = health !== undefined && unwell.has(health.word.toLowerCase());
  if (saysOtherwise && expect?.json?.status === undefined) return verdict('degraded', saidBy(health, ''));
  const elsewhere = redirectTarget(answer);
  return verdict('up', elsewhere === undefined ? '' : `redirects to ${elsewhere}`);
};

const withStatus = (expect: Expectation | undefined): Expectation => ({
  status: '200-399',
  ...expect,
});

const met = (wanted: Expectation, answer: HttpAnswer): boolean => {
  try {
    return unmet(wanted, answer) === undefined;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
};

const saidBy = (health: { word: string; detail: string } | undefined, otherwise: string): string =>
  health === undefined ? otherwise : health.detail === '' ? `the body says ${health.word}` : health.detail;

/** The body as JSON; undefined when it is none (nobody said that it must be). */
export const jsonOf = (answer: HttpAnswer): unknown => {
  if (!/^\s*[[{]/.test(answer.text)) return undefined;
  try {
    return answer.json();
  } catch {
    return undefined;
  }
};

/** A TLS peer as a check sees it: down when nobody should trust it, unless the profile says `insecure`. */
export const judgePeer = (peer: TlsPeer, insecure: boolean, wallNow: number): Verdict => {
  const days = daysLeft(peer, wallNow);
  const until = `certificate of ${peer.subject || 'nobody'} by ${peer.issuer || 'nobody'}`;
  if (days < 0)
    return { status: 'down', detail: `${until} ended ${Math.ceil(-days)} days ago`, components: [] };
  return peer.authorized || insecure
    ? { status: 'up', detail: '', components: [] }
    : { status: 'down', detail: `${until}: ${peer.reason}`, components: [] };
};

/** Days until the certificate ends, to a tenth; negative when it has ended. */
export const daysLeft = (peer: TlsPeer, wallNow: number): number =>
  Math.round(((peer.validTo - wallNow) / dayMs) * 10) / 10;
