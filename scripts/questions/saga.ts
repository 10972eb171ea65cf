import type { SystemQuestions } from './question.ts';

/** Questions that the runbook of the saga platform answers. */
export const sagaQuestions: SystemQuestions = {
  env: 'saga/production',
  title: 'Saga',
  questions: [
    {
      question: 'Which command describes the consumer group of the orchestrator, by hand?',
      section: '5. Kafka Consumer Lag',
      keys: '2 / `lag: orchestrator` enter ?',
      size: '120x36',
      answer: ['--describe --group saga-orchestrator-group'],
    },
    {
      question: 'Payments time out at the provider. Whom do we write to?',
      section: 'External Dependencies',
      keys: '9 / `payment` enter',
      size: '80x24',
      answer: ['support@payment-provider.com'],
    },
    {
      question: 'Which saga failure rate fires the alert?',
      section: 'Key Alerts',
      keys: '2 / `failure rate` enter ?',
      size: '120x36',
      answer: ['warn at > 0.5'],
    },
    {
      question: 'Where is the dashboard of the sagas?',
      section: 'Critical Dashboards',
      keys: 'K',
      size: '80x24',
      answer: ['http://grafana.company.com/d/saga-metrics'],
    },
    {
      question: 'Which queries are terminated when the connections run out?',
      section: '4. Database Connection Pool Exhaustion',
      keys: 'R / `connections` enter',
      size: '120x36',
      answer: ['age 10m (default)'],
    },
    {
      question: 'How do I get a heap profile of the orchestrator?',
      section: '3. Memory Leaks',
      keys: ': `runbooks` enter / `save a heap profile` enter l',
      size: '120x36',
      answer: ['path=/debug/pprof/heap'],
    },
    {
      question: 'From which age on are log files deleted?',
      section: '3. Log Rotation',
      keys: ': `runbooks` enter / `old log files` enter l',
      size: '120x36',
      answer: ['days · default 7'],
    },
    {
      question: 'The topic is gone. With which replication factor is it created again?',
      section: '2. Kafka Recovery',
      keys: ': `runbooks` enter / `missing kafka topic` enter l',
      size: '80x24',
      answer: ['replicas · default 2'],
    },
    {
      question: 'What does a rollback not bring back?',
      section: '1. Rolling Updates',
      keys: ': `runbooks` enter / `roll back the orchestrator` enter l',
      size: '120x36',
      answer: ['database migrations are not rolled back'],
    },
    {
      question: 'What has to be restarted after the certificate was replaced?',
      section: '1. Certificate Rotation',
      keys: ': `runbooks` enter / `tls certificate` enter l',
      size: '80x24',
      answer: ['each one is restarted'],
    },
  ],
};
