import { checklistFile } from '../../../src/persistence/checklists/checklist-file.ts';

/** A separate process that appends COUNT records to the checklist file in DIR and acknowledges each on stdout. */
const [dir = '', who = '', count = '0'] = process.argv.slice(2);
const file = checklistFile(dir, (text) => text);
for (let n = 1; n <= Number(count); n++) {
  await file.append({
    ...{ system: 'shop', env: 'production', list: 'deploy', occurrence: '#1', at: n, who },
    ...{ is: 'done', item: `item-${n}`, note: 'x'.repeat((n * 37) % 4000) },
  });
  process.stdout.write(`${n}\n`);
}
