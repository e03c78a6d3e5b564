"""Every command of local input that asks first, as it is given where it fits, and what is said then."""

from builders import BJORN as BY


async def to_share(scene):
    _, item_id = await scene.published()
    return {"item_id": item_id}


async def of_shared(scene):
    return {"local_input_id": (await scene.ok(BY, "local_input.share", **await to_share(scene))).id}


async def to_attach(scene):
    return await of_shared(scene) | {"text": "Ås er imot."}


async def to_detach(scene):
    given = await to_attach(scene)
    await scene.ok(BY, "local_input.attach", **given)
    return {"local_input_id": given["local_input_id"]}


LOCAL_INPUT_ASKS = {
    "local_input.attach": (to_attach, "leser dette på saklisten som innspill fra Ås sykehus HF"),
    "local_input.detach": (to_detach, "Medlemmene i Samordningsrådet og sekretariatet ser det ikke lenger."),
    "local_input.share": (
        to_share,
        "kan lese tittelen og teksten i sak 1/27 «Felles rotasjon»",
        "lisbot sender lenken",
    ),
    "local_input.stop": (of_shared, "Lenken slutter å virke med en gang."),
}
