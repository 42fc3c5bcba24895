/** Data and models: warehouses, pipelines, experiments, data sets. */
import type { ServiceFamily } from './family.ts';

export const DATA_WORK: ServiceFamily = {
  names:
    'lambdalabs modal replicate runpodctl kaggle wandb dvc mlflow comet neptune roboflow sky sagemaker databricks snow dbt sqlmesh airflow astro prefect dagster meltano fivetran singer soda great_expectations',
  read: 'dbt list, compile, parse, docs generate, debug, source freshness, dags list, tasks list, tasks states-for-dag-run, runs list, downloads, competitions list, datasets list, kernels list, models list, scan-cache, cache ls, repo info, download, collections, metrics, metrics show, plots show, params show, dag, data status, remote list, lint, explain, clusters list, jobs list, workspace list, fs ls, fs cat',
  draft:
    'repro, exp run, metrics diff, stage add, deps, docs serve, ephemeral, kernels init, kernels output, datasets init, datasets download, competitions download, kernels pull, kernels status',
  migrates: 'dags trigger, tasks run, dbt run, snapshot',
  deletes:
    'gc, repo delete, repo-files delete, datasets delete, clusters delete, fs rm, runs submit --help, branch delete',
  undoes: 'full-refresh, run --full-refresh, build --full-refresh',
  deploys:
    'kernels push, datasets create, datasets version, competitions submit, upload-large-folder, repo create, serve --public',
};
