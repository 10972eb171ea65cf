import type { Picture } from './picture.ts';

const demo = ['--env', 'demo/production'] as const;
const broken = [...demo, '--rehearse', 'dependency-down'] as const;
const saga = (incident: string): readonly string[] => ['--env', 'saga/production', '--rehearse', incident];
const bus = (incident: string): readonly string[] => [
  '--env',
  'event-bus/production',
  '--rehearse',
  incident,
];

/** Breakers are open, and the alerts say so. */
const isBroken = /✗ OPEN[\s\S]*FIRING +CircuitBreakerOpen/;
const armed = ['A text:INC-114 enter', /ARMED \d+:\d\d/] as const;

/** Every picture in docs/pictures. */
export const pictures: readonly Picture[] = [
  {
    file: 'overview',
    title: 'The overview of production with nothing out of its limits',
    size: '120x36',
    args: demo,
    steps: [/● OK +(?!\d+ more)[\s\S]*● CLOSED[\s\S]*SINCE[\s\S]*\ds/],
  },
  {
    file: 'overview-incident',
    title:
      'The overview of production while the broker is down: open breakers, firing alerts, what is critical first',
    size: '120x36',
    args: broken,
    steps: [isBroken],
  },
  {
    file: 'overview-wide',
    title: 'The overview at 200 columns and 60 rows',
    size: '200x60',
    args: broken,
    steps: [isBroken],
  },
  {
    file: 'now',
    title:
      'NOW: every finding of all panes, worst first, each with the key that opens it and the runbook that fits',
    size: '120x36',
    args: broken,
    steps: [isBroken, 'W', /▌W NOW/],
  },
  {
    file: 'matrix',
    title: 'MATRIX: signals across environments, one of them opened, with its chart and its limits',
    size: '120x36',
    args: broken,
    steps: [isBroken, '2 enter', /▌2 MATRIX/],
  },
  {
    file: 'breakers',
    title: 'BREAKERS: state, failure rate and calls that were not permitted, for each instance',
    size: '120x36',
    args: broken,
    steps: [isBroken, '3 enter', /▌3 BREAKERS/],
  },
  {
    file: 'lag',
    title: 'LAG: a consumer group that falls behind, opened to its topics and partitions',
    size: '120x36',
    args: saga('consumer-lag'),
    steps: [/falling behind/, '4 enter', /▌4 LAG[\s\S]*falling behind/],
  },
  {
    file: 'pools',
    title: 'POOLS: connection pools beside the limits of the servers behind them',
    size: '120x36',
    args: saga('pool-exhaustion'),
    steps: [/near max/, '5', /▌5 POOLS[\s\S]*near max/],
  },
  {
    file: 'pods',
    title: 'PODS: pods that were killed for memory, with restarts and what they use',
    size: '120x36',
    args: saga('memory-leak'),
    steps: [/OOM kills in the last hour .*CRIT/, '6', /▌6 PODS[\s\S]*OOM/],
  },
  {
    file: 'db',
    title: 'DB: database sessions, longest first, and who blocks whom',
    size: '120x36',
    args: bus('database-blocked'),
    steps: [/CRIT|WARN/, 'D', /▌D DB/],
  },
  {
    file: 'alerts',
    title: 'ALERTS: what Alertmanager says, with silenced and inhibited ones, and the runbook of each',
    size: '120x36',
    args: broken,
    steps: [isBroken, '7', /▌7 ALERTS/],
  },
  {
    file: 'journal',
    title: 'JOURNAL: what changed, and when',
    size: '120x36',
    args: broken,
    steps: [isBroken, 'J', /▌J JOURNAL/],
  },
  {
    file: 'confirm',
    title:
      'The card before partitions are added to a topic: the calls, what they touch, and the name to be typed',
    size: '120x36',
    args: saga('consumer-lag'),
    steps: [
      /falling behind/,
      ...armed,
      'ctrl-p text:more-partitions enter',
      /type +saga-events +to go on/,
      'text:saga-',
      /saga-_/,
    ],
  },
  {
    file: 'recovered',
    title: 'A run that recovered: the call, its answer, and the proofs that hold',
    size: '120x36',
    args: broken,
    steps: [
      isBroken,
      ...armed,
      'ctrl-p text:restore-broker enter',
      /CONFIRM IN PRODUCTION/,
      'enter',
      /SENDING IN/,
      /● RECOVERED/,
    ],
  },
  {
    file: 'past',
    title: 'An earlier moment: every pane shows what was known then, and nothing can be changed from there',
    size: '120x36',
    args: demo,
    steps: [/● CLOSED/, ': text:rehearse space text:dependency-down enter', isBroken, '{', /PAST/],
  },
  {
    file: 'shared',
    title: 'Share mode: aliases in place of hosts, addresses, users and clusters',
    size: '120x36',
    args: [...saga('pool-exhaustion'), '--share'],
    steps: [/SHARED[\s\S]*near max/, 'D', /▌D DB/],
  },
  {
    file: 'high-contrast',
    title: 'The theme high-contrast',
    size: '120x36',
    args: broken,
    steps: [isBroken, ': text:theme space text:high-contrast enter', isBroken],
  },
  {
    file: 'ascii',
    title: 'Without colours, in ASCII, at 80 columns and 24 rows: every level has its mark and its word',
    size: '80x24',
    args: [...broken, '--ascii'],
    env: { NO_COLOR: '1' },
    steps: [/X OPEN/],
  },
];
