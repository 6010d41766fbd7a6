interface PackageCommand {
  /** For the list of commands; `--help` of the command says more. */
  summary: string;
  /** Runs it, with the words of `process.argv` that a script gets. */
  run: () => Promise<unknown>;
}

/** The scripts that make sense in another app. */
export const COMMANDS: Record<string, PackageCommand> = {
  demo: { summary: 'make three videos in the local sandbox: no key, no cost', run: () => import('./demo.ts') },
  generate: { summary: 'make one video, or finish it', run: () => import('../generate.ts') },
  seed: { summary: 'make every missing video, after showing the cost', run: () => import('../seed.ts') },
  videos: { summary: 'list the videos and their states', run: () => import('../videos.ts') },
  pictures: { summary: 'make the missing posters and previews of films', run: () => import('../pictures.ts') },
  versions: { summary: 'list, restore or delete former films of a video', run: () => import('../versions.ts') },
  resume: { summary: 'finish what was ordered and is not here; buys nothing', run: () => import('../resume.ts') },
  cancel: { summary: 'cancel an unfinished video', run: () => import('../cancel.ts') },
  spend: { summary: 'show what the videos cost', run: () => import('../spend.ts') },
  rescue: { summary: 'capture tasks of the account that are missing here', run: () => import('../rescue.ts') },
  audit: { summary: 'check every record against its file', run: () => import('../audit.ts') },
  assets: { summary: 'list, queue and retry downloads of finished videos', run: () => import('../assets.ts') },
  notion: { summary: 'show the updates of Notion pages that wait', run: () => import('../notion.ts') },
  scrape: { summary: 'download videos of other sites, and store them', run: () => import('../scrape/scrape.ts') },
  storage: { summary: 'what scraped videos cost; check and clean up', run: () => import('../scrape/storage.ts') },
  media: {
    summary: 'list, save, export and delete projects of the media library',
    run: () => import('../media/media.ts'),
  },
  'migrate-records': {
    summary: 'move all records to a database or back',
    run: () => import('../records/migrate-records.ts'),
  },
  sandbox: { summary: 'start a local stand-in for the provider', run: () => import('../sandbox.ts') },
};
