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
    await page.clock.pauseAt(Date.now() + 60_000)
    const line = page.locator('[data-typing]')
    const says = (words: string) => until(async () => (await line.textContent()) === words, { what: words })
    const places = async () => [
      await screen.log(page).boundingBox(),
      await screen.message(page, 'the only message').boundingBox(),
      await screen.composer(page).boundingBox(),
    ]
    const before = await places()

    const notify = (person: typeof ada) => person.trpc.typing.notify.mutate({ conversationId: id })
    await notify(ben)
    await says('Ben Okafor is typing…')
    await notify(cem)
    await says('Ben Okafor and Cem Aydin are typing…')
    await notify(dora)
    await says('Ben Okafor, Cem Aydin and Dora Weiss are typing…')
    await page.clock.runFor(5_000)
    await notify(eva)
    await says('Several people are typing…')
    expect(await places()).toEqual(before)

    // Five and a half seconds after the first three, half a second after the last.
    await page.clock.runFor(500)
    await says('Several people are typing…')
    await page.clock.runFor(500)
    await says('Eva Horn is typing…')
    await page.clock.runFor(5_000)
    await says('')
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
