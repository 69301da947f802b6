print("roformer")
