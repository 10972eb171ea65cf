import type { Millis } from '../../domain/base/fault.ts';
import { createMissingMemory } from '../../domain/facts/missing-observation.ts';
import type { IncidentRow } from './incident-rows.ts';

type Rows = readonly IncidentRow[];

/** Remembers since when the observations are missing without which findings are unknown, or have vanished. */
export const createMissingSince = (findings: Rows) => {
  const memories = new Map(findings.map(({ key }) => [key, createMissingMemory()]));
  return <T extends { readonly unknown: Rows; readonly vanished: Rows }>(seen: T, now: Millis): T => {
    const missing = new Map([...seen.unknown, ...seen.vanished].map((row) => [row.key, row.missing]));
    const noted = new Map([...memories].map(([key, memory]) => [key, memory.note(missing.get(key), now)]));
    const withSince = (finding: IncidentRow): IncidentRow => {
      const known = noted.get(finding.key);
      return known === undefined ? finding : { ...finding, missing: known };
    };
    return { ...seen, unknown: seen.unknown.map(withSince), vanished: seen.vanished.map(withSince) };
  };
};
