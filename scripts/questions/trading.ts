import type { SystemQuestions } from './question.ts';

/** Questions that the runbook of the trading service answers. */
export const tradingQuestions: SystemQuestions = {
  env: 'trading/production',
  title: 'Trading',
  questions: [
    {
      question:
        'The P0 is not resolved in 30 minutes. Who takes over, and how soon does that person respond?',
      section: 'Level 2: Senior Engineer / Team Lead',
      keys: '9 / `senior` enter',
      size: '120x36',
      answer: ['2 Senior engineer or team lead', 'within 15m'],
    },
    {
      question: 'RDS is down. What is the number of AWS support?',
      section: 'External Escalation',
      keys: '9',
      size: '80x24',
      answer: ['+1-866-216-2299'],
    },
    {
      question: 'Cards are declined. Which payment gateways do we depend on, and do they answer?',
      section: 'Critical Dependencies',
      keys: '1 1',
      size: '120x36',
      answer: ['● razorpay', '● stripe'],
    },
    {
      question: 'Which p99 is critical?',
      section: 'Incident 2: High API Latency',
      keys: '2 / `p99` enter ?',
      size: '120x36',
      answer: ['crit at > 2,000'],
    },
    {
      question: 'By when does the postmortem have to take place?',
      section: 'Incident Response Process',
      keys: 'R / `postmortem due`',
      size: '80x24',
      answer: ['within 48 hours'],
    },
    {
      question: 'Where is the log of PostgreSQL?',
      section: 'Log Locations',
      keys: 'K',
      size: '120x36',
      answer: ['/var/log/postgresql/postgresql-15-main.log'],
    },
    {
      question: 'When is the weekly maintenance due?',
      section: 'Weekly Maintenance',
      keys: ': `checklists` enter j',
      size: '80x24',
      answer: ['Mondays, 11:00 IST'],
    },
    {
      question: 'Which script rolls production back?',
      section: 'Incident 1: High Error Rate (5xx Errors)',
      keys: ': `runbooks` enter / `roll back to the other` enter l',
      size: '120x36',
      answer: ['./scripts/deployment/blue-green-deploy.sh'],
    },
    {
      question: 'To which size may I raise the exhausted connection pool?',
      section: 'Incident 4: Database Connection Pool Exhausted',
      keys: 'R / `pool size` enter',
      size: '120x36',
      answer: ['n 20 (default)'],
    },
    {
      question: 'Which garbage collector and which heap belong into JAVA_OPTS?',
      section: 'Application Optimization',
      keys: 'R / `jvm options` enter',
      size: '120x36',
      answer: ['-Xms2g -Xmx4g -XX:+UseZGC'],
    },
  ],
};
