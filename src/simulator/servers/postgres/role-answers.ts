import { type Answerer, done, table } from './asking.ts';
import { Refusal } from './messages.ts';

const columns = ['oid', 'login', 'me', 'allowed', 'sessions', 'connections'];

/** Who there is, and who uses it: nobody is a superuser here, and whoever asks may change every password. */
const role: Answerer = ({ db, user: me, values: [name = ''] }) => {
  const oid = db.roles.indexOf(name ?? '');
  if (oid < 0) return table([], columns);
  const sessions = db.backends.filter(({ user }) => user === name);
  const of = [...new Set(sessions.map(({ application }) => application || 'no name'))].sort();
  const counted = of.map(
    (application) =>
      `${application} ${sessions.filter((one) => (one.application || 'no name') === application).length}`,
  );
  const allowed = name === me ? 'own' : 'admin';
  return table([
    {
      oid: 16_390 + oid,
      login: true,
      me,
      allowed,
      sessions: counted.length === 0 ? null : counted.join(', '),
      connections: sessions.length,
    },
  ]);
};

const password: Answerer = ({ db, text }) => {
  const [, name = '', verifier = ''] = /^ALTER ROLE "([^"]+)" PASSWORD '([^']*)'$/.exec(text) ?? [];
  if (!db.roles.includes(name)) throw new Refusal('42704', `role "${name}" does not exist`);
  db.passwords.change(name, verifier, db.env.now);
  return done('ALTER ROLE');
};

/** What is asked of roles and done to them, by tag. */
export const roleAnswers: Readonly<Record<string, Answerer>> = { role, password };
