/** Databases as services, and what migrates their tables. */
import type { ServiceFamily } from './family.ts';

export const DATABASES: ServiceFamily = {
  names:
    'pscale turso neonctl neon planetscale convex appwrite hasura prisma sequelize sequelize-cli knex typeorm alembic flyway dbmate goose migrate atlas sqitch drizzle-kit',
  read: 'diff, migration list, db diff, db dump, gen types, inspect db, current, heads, branches, migrate status, migrate diff, migrate:status, db:migrate:status, db:version',
  draft:
    'migrate dev --create-only, db start, migration new, migrations create, migrate make, migrate:make, migration:generate, migration:create, revision, db pull, introspect, studio, seed --help, clean',
  migrates:
    'migrate, upgrade, db migrate, db:migrate, migrate dev, migrate up, db seed, db:seed, migrate:latest, migrate:up, migration:run, db:create, stamp, seed, seed:run, seed --env, db init, db upgrade',
  deletes: '*:rollback',
  undoes:
    '*:down, *:rollback, *:undo, *:redo, *:rollback:*, schema clean, downgrade, rollback, migrate reset, db:drop, db:setup, db:schema:load, db:structure:load, db:reset, db:rollback, db:migrate:reset, db:purge, db:truncate_all, migrate:fresh, migrate:refresh, migrate:reset, migrate:rollback, db:wipe, migration:revert, schema:drop, db push --force-reset|--accept-data-loss, db reset, migrate down, down, clean, dropAll, drop, undo, repair, db downgrade, db drop, revert, flush, migrate:down, migrate:undo, db:migrate:undo*, schema drop, redo, pg:reset, pg:copy, pg:promote, undo:*, db query, db reset --force, db:*:drop, migrate resolve',
  deploys: 'db push --linked, migrate deploy, rollback',
};
