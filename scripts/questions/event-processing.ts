import type { SystemQuestions } from './question.ts';

/** Questions that the runbook of event processing answers. */
export const eventProcessingQuestions: SystemQuestions = {
  env: 'event-processing/production',
  title: 'Event processing',
  questions: [
    {
      question: 'Which consumer lag is critical?',
      section: 'Issue 1: High Consumer Lag',
      keys: '2 / `lag: event` enter ?',
      size: '120x36',
      answer: ['crit at > 10,000'],
    },
    {
      question: 'From which lag on is it a P2, and how fast do I respond then?',
      section: 'Severity Levels',
      keys: ': `severities` enter j',
      size: '80x24',
      answer: ['P2 High 1h', 'consumer lag above 100,000'],
    },
    {
      question: 'The primary does not pick up. Who is next?',
      section: 'On-Call Rotation',
      keys: '9',
      size: '80x24',
      answer: ['2 Secondary on-call', 'the primary is unavailable'],
    },
    {
      question: 'Which availability is the objective, and below which one is there an alert?',
      section: 'Service Level Objectives (SLOs)',
      keys: '2 / `availability` enter ?',
      size: '120x36',
      answer: ['warn at < 99.99, crit at < 99.9'],
    },
    {
      question: 'After what time is an event in PROCESSING stuck, and to which state do I reset it?',
      section: 'Issue 5: Event Processing Stuck',
      keys: ': `runbooks` enter / `stuck events` enter l',
      size: '120x36',
      answer: ['Reset stuck events to PENDING'],
    },
    {
      question: 'LocalStack was restarted. What has to run afterwards?',
      section: 'Issue 4: LocalStack Service Unavailable',
      keys: 'R / `localstack restart` enter',
      size: '120x36',
      answer: ['Run localstack-setup afterwards'],
    },
    {
      question: 'What is on the daily list?',
      section: 'Daily Tasks',
      keys: ': `checklists` enter j enter',
      size: '80x24',
      answer: ['The dead-letter queue is reviewed', 'Consumer lag below 1,000 in all groups'],
    },
    {
      question: 'How often is the password of MongoDB changed?',
      section: 'Credentials Rotation',
      keys: ': `runbooks` enter / `credential rotation` enter l',
      size: '120x36',
      answer: ['Monthly.'],
    },
    {
      question: 'With which tool is MongoDB backed up, and where does it run?',
      section: 'Data Backup',
      keys: ': `runbooks` enter / `back up mongodb` enter l',
      size: '120x36',
      answer: ['mongodump in the container of MongoDB'],
    },
    {
      question: 'How many partitions should the topic have for more throughput?',
      section: 'Kafka Tuning',
      keys: 'R / `add partitions` enter',
      size: '120x36',
      answer: ['count 12 (default)'],
    },
  ],
};
