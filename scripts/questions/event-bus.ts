import type { SystemQuestions } from './question.ts';

/** Questions that the runbook of the event bus answers. */
export const eventBusQuestions: SystemQuestions = {
  env: 'event-bus/production',
  title: 'Event bus',
  questions: [
    {
      question: 'L1 does not get any further. Who is next, and at which address?',
      section: 'Escalation Matrix',
      keys: '9',
      size: '80x24',
      answer: ['2 L2 Engineering', 'engineering@trademaster.com'],
    },
    {
      question: 'Which statement counts the database sessions by state?',
      section: '5. Database Connectivity Issues',
      keys: ': `runbooks` enter / `terminate sessions` enter l',
      size: '120x36',
      answer: ['SELECT state, count(*) FROM pg_stat_activity'],
    },
    {
      question: 'It is a P1. How fast do I have to respond, and when do I escalate?',
      section: 'Severity Levels',
      keys: ': `severities` enter',
      size: '120x36',
      answer: ['P1 High 1h 30m'],
    },
    {
      question: 'From which heap usage on is it critical?',
      section: 'Infrastructure Metrics',
      keys: '2 / `heap usage` enter ?',
      size: '120x36',
      answer: ['crit at > 80'],
    },
    {
      question: 'Which command shows the heap of the JVM?',
      section: '2. High Memory Usage',
      keys: ': `runbooks` enter / `run garbage` enter l',
      size: '120x36',
      answer: ['"jcmd","1","GC.heap_info"'],
    },
    {
      question: 'In which file does the service log its errors?',
      section: 'Log Locations',
      keys: 'K',
      size: '120x36',
      answer: ['/opt/trademaster/logs/error.log'],
    },
    {
      question: 'For how long are the nightly database backups kept?',
      section: 'Automated Backup',
      keys: '2 / `retention` enter',
      size: '80x24',
      answer: ['past retention (30 d)'],
    },
    {
      question: 'What has to be verified after a deployment?',
      section: 'Post-Deployment Verification',
      keys: ': `checklists` enter j enter',
      size: '120x36',
      answer: [
        'SLA compliance is maintained',
        'The error rate has not increased',
        'All circuit breakers are closed',
      ],
    },
    {
      question: 'How do I reset a circuit breaker, and what must be true first?',
      section: '3. Circuit Breakers Open',
      keys: ': `runbooks` enter / `reset after the fix` enter l',
      size: '120x36',
      answer: ['the dependency must be healthy before the reset'],
    },
    {
      question: 'With how many replicas is the service started after a restore?',
      section: 'Recovery Procedure',
      keys: ': `runbooks` enter / `"start the service"` enter l',
      size: '80x24',
      answer: ['n · default 3'],
    },
  ],
};
