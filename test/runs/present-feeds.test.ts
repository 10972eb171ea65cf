import { expect, test } from 'vitest';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { createPresentFeeds } from '../../src/runs/incidents/present-feeds.ts';

const feed = (source: string, name: string, kind = 'health') => ({
  id: `${source}/${name}`,
  source,
  kind,
  everyMs: 5000,
});

test('a feed that ended is followed by those of its source that read the same kind: the successors of a replaced pod', () => {
  const engine = {
    feeds: [feed('app', 'pod-1'), feed('app', 'pod-1 pools', 'pools'), feed('ingress', 'page')],
  };
  const presentFeeds = createPresentFeeds(engine as unknown as EnvironmentReader);
  expect(presentFeeds(['app/pod-1', 'ingress/page'])).toEqual(['app/pod-1', 'ingress/page']);

  engine.feeds = [
    feed('app', 'pod-2'),
    feed('app', 'pod-3'),
    feed('app', 'pod-2 pools', 'pools'),
    feed('db', 'x'),
  ];
  expect(presentFeeds(['app/pod-1', 'app/pod-2', 'gone/one'])).toEqual([
    'app/pod-2',
    'app/pod-3',
    'gone/one',
  ]);
});
