import { expect, test } from 'bun:test'
import { screen } from '../support/screen'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('typing', (site) => {
  test('item 50: who types is named until 6 s pass without more, from four on "several", and nothing moves for it', async () => {
    const ada = await site.person('Ada Lind')
    const names = ['Ben Okafor', 'Cem Aydin', 'Dora Weiss', 'Eva Horn']
    const others = await Promise.all(names.map((name) => site.person(name)))
    const id = await site.channel('alpha', ada, ...others)
    const [ben, cem, dora, eva] = others
    if (ben === undefined || cem === undefined || dora === undefined || eva === undefined)
      throw new Error('four')
    await send(ben, id, 'the only message')
    const page = await site.open({ as: ada, id, before: (context) => context.clock.install() })
    await screen.message(page, 'the only message').waitFor()
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 5_000)
    const line = page.locator('[data-typing]')
    const now = () => page.evaluate(() => Date.now())
    const runTo = async (moment: number) => page.clock.runFor(moment - (await now()))
    /** What comes in a burst is drawn a moment later, so a little time has to pass; answers when it was. */
    const says = async (words: string) => {
      await until(async () => {
        if ((await line.textContent()) === words) return true
        await page.clock.runFor(1)
        return false
      })
      return now()
    }
    const places = async () => [
      await screen.log(page).boundingBox(),
      await screen.message(page, 'the only message').boundingBox(),
      await screen.composer(page).boundingBox(),
    ]
    const before = await places()

    const notify = (person: typeof ada) => person.trpc.typing.notify.mutate({ conversationId: id })
    const begun = await now()
    await notify(ben)
    await says('Ben Okafor is typing…')
    await notify(cem)
    await says('Ben Okafor and Cem Aydin are typing…')
    await notify(dora)
    const three = await says('Ben Okafor, Cem Aydin and Dora Weiss are typing…')
    await runTo(begun + 4_000)
    await notify(eva)
    const four = await says('Several people are typing…')
    expect(await places()).toEqual(before)

    await runTo(begun + 5_900)
    expect(await line.textContent()).toBe('Several people are typing…')
    await runTo(three + 6_000)
    expect(await line.textContent()).toBe('Eva Horn is typing…')
    await runTo(four + 6_000)
    expect(await line.textContent()).toBe('')
    expect(await places()).toEqual(before)
  }, 60_000)

  test('item 50: what is typed is told to the others, and its message ends it', async () => {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const id = await site.direct(ada, ben)
    const adas = await site.open({ as: ada, id })
    const bens = await site.open({ as: ben, id })
    await screen.composer(bens).pressSequentially('on my way')
    await adas.getByText('Ben Okafor is typing…').waitFor()
    expect(await bens.locator('[data-typing]').textContent()).toBe('')
    await screen.composer(bens).press('Enter')
    await screen.message(adas, 'on my way').waitFor()
    await adas.getByText('Ben Okafor is typing…').waitFor({ state: 'detached' })
  }, 60_000)
})
