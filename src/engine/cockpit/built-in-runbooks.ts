import type { Runbook } from '../../domain/runbook.ts';
import type { Source } from '../../sources/source.ts';

const silence = (id: string, source: string, title: string, position: Runbook['position']): Runbook => ({
  id,
  title,
  covers: [],
  params: [
    { name: 'alert', type: 'choice', from: 'alerts.name', title: 'Alert' },
    { name: 'for', type: 'duration', title: 'Duration (30m, 2h)' },
    { name: 'reason', type: 'string', title: 'Reason' },
  ],
  diagnose: [],
  act: [
    {
      id: 'a1',
      title: 'Silence ${param.alert}',
      use: `${source}.silence`,
      with: { alert: '${param.alert}', for: '${param.for}', reason: '${param.reason}' },
    },
  ],
  verify: [
    {
      id: 'v1',
      title: 'Alert no longer notifies',
      that: `not any(alerts[name = "\${param.alert}" and source = "${source}"] | state = firing)`,
      withinMs: 30_000,
      forMs: 0,
    },
  ],
  position,
});

/**
 * Built-in runbooks for the operations of sources: one per source that can silence alerts. They pass through the
 * executor like any other. A runbook of the profile with the same id replaces one.
 */
export const builtInRunbooks = (
  { runbooks, file }: { readonly runbooks: readonly Pick<Runbook, 'id'>[]; readonly file: string },
  sources: ReadonlyMap<string, Pick<Source, 'id' | 'operations'>>,
): readonly Runbook[] => {
  const able = [...sources.values()].filter(({ operations }) =>
    operations.some(({ name }) => name === 'silence'),
  );
  const taken = new Set(runbooks.map(({ id }) => id));
  const position = { file, line: 1, col: 1 };
  return able
    .map(({ id: source }) =>
      able.length === 1
        ? silence('silence-alert', source, 'Silence an alert', position)
        : silence(`silence-alert-${source}`, source, `Silence an alert (${source})`, position),
    )
    .filter(({ id }) => !taken.has(id));
};
