import type { SystemQuestions } from './question.ts';

/** Questions that the runbook of EventMesh answers. */
export const eventmeshQuestions: SystemQuestions = {
  env: 'eventmesh/production',
  title: 'EventMesh',
  questions: [
    {
      question: 'Who is called after the on-call engineer?',
      section: 'Contact Information',
      keys: '9',
      size: '80x24',
      answer: ['2 DevOps team lead'],
    },
    {
      question: 'It is urgent. May I skip the tests of a deployment to production?',
      section: 'Deployment Options',
      keys: ': `runbooks` enter / `deploy to production` enter g l',
      size: '80x24',
      answer: ['The tests and the backup cannot be skipped.'],
    },
    {
      question: 'Which memory usage is critical?',
      section: 'Key Metrics to Monitor',
      keys: '2 / `memory usage` enter ?',
      size: '120x36',
      answer: ['crit at > 85'],
    },
    {
      question: 'How long do I watch the service after a rollback?',
      section: 'Rollback Checklist',
      keys: ': `checklists` enter j j enter',
      size: '120x36',
      answer: ['monitored for 10 to 15 minutes'],
    },
    {
      question: 'How long are logs kept?',
      section: 'Backup Strategy',
      keys: 'K',
      size: '120x36',
      answer: ['90 days'],
    },
    {
      question: 'Can I still get the build artifacts of a release of three weeks ago?',
      section: 'Backup Strategy',
      keys: 'K / `artifacts` enter',
      size: '80x24',
      answer: ['for 30 days'],
    },
    {
      question: 'At what age is a secret rotated?',
      section: 'Secret Management',
      keys: 'R / `rotate secret` enter',
      size: '80x24',
      answer: ['No secret older than 90'],
    },
    {
      question: 'healthz is too short. Which path has the detailed status?',
      section: 'Manual Health Verification',
      keys: 'K',
      size: '120x36',
      answer: ['/api/v1/status'],
    },
    {
      question: 'The build fails. Which crates are known to fail?',
      section: '1. Build Failures',
      keys: 'R / `known failures`',
      size: '120x36',
      answer: ['riptide-cli'],
    },
    {
      question: 'Data is corrupted and the service is stopped. When may it start again?',
      section: 'Data Corruption',
      keys: ': `runbooks` enter / `corrupted data` enter l',
      size: '120x36',
      answer: ['It stays stopped until the data is restored and verified'],
    },
  ],
};
