import { pageView } from './answers.ts';
import type { NotionApi } from './api.server.ts';
import type { NotionSandbox } from './types.ts';

/** Where the sandbox keeps Notion: what the official client takes as `baseUrl` ends in this. */
export const NOTION_PATH = '/notion';
/** Not a secret: it only works with a sandbox, and its name says so. */
export const NOTION_TOKEN = 'ntn_sandbox_costs_nothing';

/** What a test, or a person, does in the workspace. */
export function notionSandbox(api: NotionApi, baseUrl: string, token: string, nowMs: () => number): NotionSandbox {
  const { workspace } = api;
  return {
    ...{ baseUrl, token, databaseId: workspace.databaseId, dataSourceId: workspace.dataSourceId },
    createPage: (title = '') => {
      const page = workspace.createPage(nowMs());
      if (title !== '') page.values.set('title', title);
      return page.id;
    },
    page: (pageId) => pageView(workspace, workspace.require(pageId)),
    pages: () => workspace.pages.map((page) => pageView(workspace, page)),
    setInTrash: (pageId, isInTrash) => {
      workspace.require(pageId).isInTrash = isInTrash;
    },
    setShared: (pageId, isShared) => {
      workspace.require(pageId).isShared = isShared;
    },
    renameProperty: (name, newName) => {
      workspace.column(name).name = newName;
    },
    removeProperty: (name) => workspace.removeColumn(name),
    setProperty: (name, type, options) => workspace.setColumn(name, type, options),
    optionsOf: (name) => [...workspace.column(name).options],
    requests: () => structuredClone(api.requests),
    writes: () => structuredClone(api.writes),
    script: (fault) => api.faults.script(fault),
  };
}
