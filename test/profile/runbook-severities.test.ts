import { expect, test } from 'vitest';
import { severityOfRunbook } from '../../src/domain/facts/severity.ts';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { expectedSuggestions } from '../suggestions/expected.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { shippedProfile } from './support/shipped-profile.ts';

const everyIncident = 'it is part of every incident, whose own severity gives the target';

/** Runbooks that answer an incident and have no severity of their own, with the reason. */
const withoutSeverity: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trading: { 'acknowledge-incident': everyIncident, 'incident-alert': everyIncident },
};

/** Systems whose severities have no times, so that a drill has no target to compare with. */
const withoutTimes: readonly string[] = ['demo', 'saga', 'eventmesh'];

/** The environments and runbooks that the incidents of a system expect. */
const answersOf = (system: string): readonly (readonly [env: string, runbook: string])[] =>
  Object.values(expectedSuggestions[system] ?? {}).flatMap(({ env = 'production', right }) =>
    right.map((runbook) => [env, runbook] as const),
  );

test.each(
  sampled(
    Object.keys(expectedSuggestions).map((system) => [system]),
    everyNth(2),
  ),
)('%s: a runbook that answers an incident has a severity, which gives a drill its target', async (system) => {
  const profiles = new Map<string, Profile>();
  const lacking = new Set<string>();
  const withTimes = new Set<string>();
  for (const [env, runbook] of answersOf(system)) {
    const profile = profiles.get(env) ?? (await shippedProfile(`${system}/${env}`));
    profiles.set(env, profile);
    expect(profile.runbooks.map(({ id }) => id)).toContain(runbook);
    const severity = severityOfRunbook(profile.severity, runbook);
    if (severity === undefined) lacking.add(runbook);
    else if (`${severity.respond}${severity.escalate}` !== '') withTimes.add(runbook);
  }
  if (withoutTimes.includes(system)) return expect([...withTimes]).toEqual([]);
  expect([...lacking].toSorted()).toEqual(Object.keys(withoutSeverity[system] ?? {}).toSorted());
  expect(withTimes.size).toBeGreaterThan(0);
});
