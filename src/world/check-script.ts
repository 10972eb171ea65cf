/**
 * A check in the manner of the Nagios plugins, as a program of its own: it reads the `metrics.json` beside it, prints
 * one line with performance data, and ends with 0, 1, 2 or 3. Arguments: `[METRIC [WARN CRIT]]`, default
 * `errorRatePercent 1 5`; `slaPercent` is the worse the lower it is. `--json` prints the file's
 * numbers instead, whatever they are, and ends with 0.
 */
export const checkScript = (node: string): string => `#!${node}
import { readFileSync } from 'node:fs';

const words = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
const args = process.argv.slice(2).filter((arg) => arg !== '--json');
const [metric = 'errorRatePercent', warn = '1', crit = '5'] = args;

const told = () => {
  try {
    return JSON.parse(readFileSync(new URL('metrics.json', import.meta.url), 'utf8'));
  } catch (error) {
    return { problem: error.message };
  }
};

const levelOf = (value) => {
  if (typeof value !== 'number') return 3;
  const isWorse = metric === 'slaPercent' ? (limit) => value < limit : (limit) => value >= limit;
  return isWorse(Number(crit)) ? 2 : isWorse(Number(warn)) ? 1 : 0;
};

const metrics = told();
const value = metrics[metric];
const level = levelOf(value);
const isReport = process.argv.includes('--json');
if (isReport) console.log(JSON.stringify(metrics));
else if (level === 3) console.log(\`UNKNOWN - \${metrics.problem ?? \`there is no \${metric}\`}\`);
else console.log(\`\${words[level]} - \${metric} is \${value} | \${metric}=\${value};\${warn};\${crit}\`);
process.exitCode = isReport ? (metrics.problem === undefined ? 0 : 3) : level;
`;
