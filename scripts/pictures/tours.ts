import { demoTour } from './demo-tour.ts';
import type { Tour } from './picture.ts';
import { arming, isBroken, isRead } from './seen.ts';

const demo = ['--env', 'demo/production', '--rehearse', 'dependency-down'] as const;
const saga = (incident: string): readonly string[] => ['--env', 'saga/production', '--rehearse', incident];
const bus = (incident: string): readonly string[] => [
  '--env',
  'event-bus/production',
  '--rehearse',
  incident,
];

/** All tours; each is a separate run of the program. */
export const tours: readonly Tour[] = [
  demoTour,
  {
    name: 'lag',
    size: '120x36',
    args: saga('consumer-lag'),
    pictures: [
      {
        file: 'lag',
        title:
          'LAG: a consumer group that falls behind, opened to its partitions and members, and when it will be drained',
        steps: [
          isRead,
          ': text:lag enter',
          /▌4 LAG.*\n.*saga-orchestrator-group .*falling behind/,
          'l',
          /▸ saga-events/,
          'enter',
          /\bp0[\s\S]*committed/,
        ],
      },
      {
        file: 'confirm',
        title:
          'The card before partitions are added to a topic in production: the calls, what they touch, what cannot be undone, and the name that has to be typed',
        steps: [
          '0',
          ...arming,
          'ctrl-p text:partitions',
          /▸ .*more partitions/,
          'enter',
          /type +saga-events +to go on/,
          'text:saga-',
          /saga-_/,
        ],
      },
    ],
  },
  {
    name: 'pools',
    size: '120x36',
    args: saga('pool-exhaustion'),
    pictures: [
      {
        file: 'pools',
        title: 'POOLS: connection pools beside the limits of the server behind them',
        steps: [isRead, /near max/, ': text:pools enter', /▌5 POOLS[\s\S]*near max/, 'enter', /who holds/],
      },
      {
        file: 'shared',
        title:
          'Share mode: aliases stand in place of hosts, addresses, users and clusters, and the header says SHARED',
        steps: [': text:db enter s', /SHARED[\s\S]*▌D DB[\s\S]*user-\d/],
      },
    ],
  },
  {
    name: 'pods',
    size: '120x36',
    args: saga('memory-leak'),
    pictures: [
      {
        file: 'pods',
        title: 'PODS: a pod that was killed for memory, opened: its containers, its owner, its last end',
        steps: [
          isRead,
          /OOM kills \(last 1 h\) .*CRIT/,
          ': text:pods enter',
          /▌6 PODS[\s\S]*restarts/,
          'enter',
          /OOMKilled/,
        ],
      },
    ],
  },
  {
    name: 'logs',
    size: '120x36',
    args: saga('pool-exhaustion'),
    pictures: [
      {
        file: 'logs',
        title:
          'LOGS: the lines of all containers of a platform, merged by time and followed, whatever format each writes; above them how many were grave, minute by minute',
        steps: [isRead, ': text:logs enter', /▌8 LOGS[\s\S]*\d\.\d{3} .*ERROR/],
      },
    ],
  },
  {
    name: 'logs-incident',
    size: '120x36',
    args: bus('wont-start'),
    pictures: [
      {
        file: 'logs-incident',
        title:
          'LOGS of the pods that do not start: chips that say how many lines each hides, stack traces folded, the hits of a search',
        steps: [
          /CrashLoop/,
          ': text:pods enter',
          /▌6 PODS/,
          'L',
          /▌8 LOGS .*event-bus/,
          'v v v',
          /level ≥ ERROR \d/,
          '/ text:8080 enter',
          /\d of \d/,
        ],
      },
    ],
  },
  {
    name: 'logs-breaker',
    size: '120x36',
    args: bus('dependency-down'),
    pictures: [
      {
        file: 'logs-breaker',
        title: 'L on an open breaker: the lines of its instance, from five minutes before it opened',
        steps: [
          /✗ OPEN/,
          ': text:breakers enter',
          /▌3 BREAKERS[\s\S]*✗ OPEN/,
          'L',
          /▌8 LOGS[\s\S]*from \d[\s\S]*\d\.\d{3} .*ERROR/,
        ],
      },
    ],
  },
  {
    name: 'db',
    size: '120x36',
    args: bus('database-blocked'),
    pictures: [
      {
        file: 'db',
        title:
          'DB: database sessions as a tree of who blocks whom, and the statement of the one that blocks them all',
        steps: [isRead, ': text:db enter', /▌D DB[\s\S]*blocks \d/, 'l enter', /waited for by/],
      },
    ],
  },
  {
    name: 'wide',
    size: '200x60',
    args: demo,
    pictures: [
      {
        file: 'overview-wide',
        title: 'The overview at 200 columns and 60 rows: more rows of every pane, and more columns',
        steps: [isRead, isBroken],
      },
    ],
  },
  {
    name: 'ascii',
    size: '80x24',
    args: [...demo, '--ascii'],
    env: { NO_COLOR: '1' },
    pictures: [
      {
        file: 'ascii',
        title: 'Without colours, in ASCII, at 80 columns and 24 rows: every level has a mark and a word',
        steps: [isRead, /X OPEN .* [2-9]\ds/],
      },
    ],
  },
];
