import { demoTour } from './demo-tour.ts';
import { drillTours } from './drill-tours.ts';
import { incidentTour } from './incident-tour.ts';
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
  incidentTour,
  ...drillTours,
  {
    name: 'drill',
    size: '120x36',
    args: ['drill', 'demo/production', 'dependency-down'],
    pictures: [
      {
        file: 'drill-hints',
        title:
          'Hints of a drill: the pane with the problem, the symptom, and the runbook that matches, with their cost',
        steps: [
          isBroken,
          '?',
          / \? hint/,
          '?',
          /1 given/,
          '?',
          /2 given/,
          '?',
          /3 given[\s\S]*runbook +R and \S+:/,
        ],
      },
      {
        file: 'score-card',
        title:
          'The score card of a drill: times from the start, wrong turns, hints, gates, the score, and the best one',
        steps: [
          'esc',
          ...arming,
          'R',
          /Runbooks[\s\S]*Broker down: restart/,
          'enter',
          /Confirm in PRODUCTION/,
          // A card accepts a confirmation only after a delay.
          'wait:1100 enter',
          /● RECOVERED/,
          /all clear/,
          'esc',
          /SCORE .*● RECOVERED/,
        ],
      },
    ],
  },
  {
    name: 'incident-call',
    size: '120x36',
    args: ['--env', 'trading/production', '--rehearse', 'pool-exhaustion'],
    pictures: [
      {
        file: 'incident-call',
        title:
          'Incident: severity, status and clock, the targets, the fields, and the timeline that fills itself',
        steps: [
          isRead,
          /is exhausted/,
          '!',
          /DECLARE INCIDENT/,
          'text:Orders space text:time space text:out enter',
          ': text:incident enter',
          /INVESTIGATING/,
          'f j enter',
          /IMPACT/,
          'text:orders space text:of space text:all space text:users enter',
          /impact +orders/,
          'f j j j j j enter',
          /AFFECTED SERVICES/,
          'text:trademaster-trading-service enter',
          /services +trademaster/,
        ],
      },
    ],
  },
  {
    name: 'lag',
    size: '120x36',
    args: saga('consumer-lag'),
    pictures: [
      {
        file: 'lag',
        title:
          'Consumer lag: a consumer group that is falling behind, expanded to its partitions and members',
        steps: [
          isRead,
          ': text:lag enter',
          /▌4 Consumer lag[\s\S]*saga-orchestrator-group .*falling behind/,
          'l',
          /▸ saga-events/,
          'enter',
          /Partitions[\s\S]*\bp0/,
        ],
      },
      {
        file: 'confirm',
        title:
          'The preview before partitions are added to a topic in production: calls, affected objects, losses, no undo, and the name to type',
        steps: [
          '0',
          ...arming,
          'ctrl-p text:partitions',
          /▸.*add partitions/,
          'enter',
          /type +saga-events +to confirm/,
          'text:saga-',
          /saga-_/,
        ],
      },
    ],
  },
  {
    name: 'checklists',
    size: '120x36',
    args: bus('dependency-down'),
    pictures: [
      {
        file: 'checklists',
        title:
          'Checklists of event-bus/production: two lists, items that check themselves with evidence and time, and one that a person ticks',
        steps: [
          /is down[\s\S]*✗ .*OPEN[\s\S]*Threshold matrix/,
          ': text:checklists enter',
          /Checklists[\s\S]*After a deployment/,
          'enter j j j space',
          /\[x\] The new version is compatible/,
          'j j j enter',
          /\[=\] All pods are running/,
          'j j j j j',
          /All circuit breakers are closed {2}check fails/,
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
        title:
          'Connection pools: connection pools, the limits of their database server, and the connection holders',
        steps: [
          isRead,
          /✗ postgres .*\d+\/\d+/,
          ': text:pools enter',
          /▌5 Connection pools[\s\S]*postgres/,
          'enter',
          /connection holders/,
        ],
      },
      {
        file: 'shared',
        title:
          'Share mode: aliases replace hosts, addresses, users and clusters, and the header shows SHARED',
        steps: [': text:db enter s', /SHARED[\s\S]*▌D DB sessions[\s\S]*user-\d/],
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
        title: 'Pods: an OOMKilled pod, expanded to its containers, owner and exit reason',
        steps: [
          isRead,
          /OOMKilled|✗ OOM kills/,
          ': text:pods enter',
          /▌6 Pods[\s\S]*restarts/,
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
          'Logs: lines of all containers of a platform, in different formats, merged by time, with a histogram of warnings and errors',
        steps: [isRead, ': text:logs enter', /▌8 Logs[\s\S]*\d\.\d{3} .*ERROR/],
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
          'Logs of pods in CrashLoopBackOff: filter chips with hidden-line counts, folded stack traces, search matches',
        steps: [
          /CrashLoop/,
          ': text:pods enter',
          /▌6 Pods/,
          'L',
          /▌8 Logs .*event-bus/,
          'v v v',
          /level ≥ ERROR hides \d/,
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
        title: 'L on an open breaker: the lines of its pod, from five minutes before it opened',
        steps: [
          /✗ .*OPEN/,
          ': text:breakers enter',
          /▌3 Circuit breakers[\s\S]*✗ .*OPEN/,
          'L',
          /▌8 Logs[\s\S]*from \d[\s\S]*\d\.\d{3} .*ERROR/,
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
        title: 'DB: database sessions as a tree of blocking sessions, and the statement of the blocking one',
        steps: [isRead, ': text:db enter', /▌D DB sessions[\s\S]*blocks \d/, 'l enter', /connected \d/],
      },
    ],
  },
  {
    name: 'queues',
    size: '120x36',
    args: ['--env', 'event-processing/production', '--rehearse', 'dead-letters'],
    pictures: [
      {
        file: 'queues',
        title: 'Queues: a dead-letter queue with messages, the queue that they come from, and its signals',
        steps: [
          isRead,
          ': text:queues enter',
          /▌[\s\S]*dead letters +events-dlq/,
          'enter',
          /RELATED SIGNALS/,
        ],
      },
    ],
  },
  {
    name: 'ci',
    size: '120x36',
    args: ['--env', 'trading/production', '--rehearse', 'pipeline-failed'],
    pictures: [
      {
        file: 'ci',
        title: 'CI: a failed run with its failing step, the quality gates behind it, and the runbook for it',
        steps: [isRead, ': text:ci enter', /▌[\s\S]*failure +CI\/CD/, 'enter', /rate limit/],
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
        title: 'The overview at 200 columns and 60 rows: more rows and columns in every pane',
        steps: [isRead, isBroken, /R shows restore-broker/],
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
        title: 'Without colors, in ASCII, at 80 columns and 24 rows: every level has a glyph and a word',
        steps: [isRead, /X OPEN .* (?:>=)?(?:[2-9]\ds|\dm)/],
      },
    ],
  },
];
